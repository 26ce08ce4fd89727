package io.reanchor.demo;

import java.util.List;
import java.util.stream.Stream;

/** The names of a symbol's keys, as the service uses them by default. */
record DemoKeys(String symbol) {
    String book() {
        return "ob:" + symbol;
    }

    String bars1s() {
        return "tr:" + symbol + ":1s";
    }

    String bars5s() {
        return "tr:" + symbol + ":5s";
    }

    String features() {
        return "feat:" + symbol;
    }

    String receipt() {
        return "meta:" + symbol;
    }

    /** Stands while a recovery is under way. */
    String flag() {
        return "reanchor:" + symbol;
    }

    /** What readers read. */
    List<String> live() {
        return List.of(book(), bars1s(), bars5s(), features(), receipt());
    }

    /** What a recovery stages beside them. */
    List<String> staged() {
        return marked("new:");
    }

    /** What the last cut-over replaced. */
    List<String> replaced() {
        return marked("old:");
    }

    /** What came, as the writer keeps it. */
    List<String> journals() {
        return List.of("diff:" + symbol, "trades:" + symbol);
    }

    List<String> all() {
        return Stream.of(live(), staged(), replaced(), List.of(flag(), "reanchor:hold:" + symbol), journals())
                .flatMap(List::stream)
                .toList();
    }

    private List<String> marked(String mark) {
        return live().stream().map(key -> key.replaceFirst(":", ":" + mark)).toList();
    }
}
