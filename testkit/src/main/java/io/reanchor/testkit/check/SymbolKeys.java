package io.reanchor.testkit.check;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of a symbol's keys, as documented and not as computed by the service.
 *
 * @param symbol as in {@code BTCUSDT}
 * @param tagged whether it stands in a hash tag, as a Redis Cluster needs
 */
public record SymbolKeys(String symbol, boolean tagged) {
    /** Tells of every symbol's cut-overs, and stays. */
    static final String EVENTS = "reanchor:events";

    private String name() {
        return tagged ? "{" + symbol + "}" : symbol;
    }

    private List<String> family(String mark) {
        return List.of(
                "ob:" + mark + name(),
                "tr:" + mark + name() + ":1s",
                "tr:" + mark + name() + ":5s",
                "feat:" + mark + name(),
                "meta:" + mark + name());
    }

    /** Book, one-second bars, five-second bars, features, receipt. */
    public List<String> live() {
        return family("");
    }

    public List<String> staged() {
        return family("new:");
    }

    public List<String> old() {
        return family("old:");
    }

    public String book() {
        return live().get(0);
    }

    public String meta() {
        return live().get(4);
    }

    public String flag() {
        return "reanchor:" + name();
    }

    public String hold() {
        return "reanchor:hold:" + name();
    }

    /** Of depth updates and of trades; their writers' own. */
    List<String> journals() {
        return List.of("diff:" + name(), "trades:" + name());
    }

    Set<String> all() {
        Set<String> all = new LinkedHashSet<>(live());
        all.addAll(staged());
        all.addAll(old());
        all.add(flag());
        all.add(hold());
        return all;
    }
}
