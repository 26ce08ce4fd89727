package io.reanchor.workflow;

import java.time.Duration;
import java.util.stream.Collectors;

/** A status as Markdown, for the Web UI. */
final class StatusText {
    private StatusText() {}

    static String markdown(ReanchorStatus status) {
        StringBuilder text = new StringBuilder("**%s %s**".formatted(status.symbol(), status.stage()));
        if (!status.detail().isEmpty()) {
            text.append(": ").append(plain(status.detail()));
        }
        for (String line : status.noticed()) {
            text.append("\n\n**Noticed**: ").append(plain(line));
        }
        StagedBook book = status.book();
        if (book != null) {
            text.append("\n\n- book: update %s of `%s`, %d bids, %d asks, best bid `%s`, best ask `%s`"
                    .formatted(
                            book.key().id(),
                            plain(book.source()),
                            book.bids(),
                            book.asks(),
                            plain(book.bestBid()),
                            plain(book.bestAsk())));
        }
        StagedBars bars = status.bars();
        if (bars != null) {
            text.append("\n- bars: %d rebuilt of %d trades up to %s, %d carried over"
                    .formatted(bars.rebuilt(), bars.trades(), bars.lastTradeId(), bars.carried()));
            if (!bars.lost().isEmpty()) {
                text.append("; no source has trades %s".formatted(bars.lost()));
            }
        }
        ValidationReport validation = status.validation();
        if (validation != null) {
            text.append("\n\n| check | | expected | actual |\n|---|---|---|---|\n")
                    .append(validation.checks().stream().map(StatusText::row).collect(Collectors.joining("\n")));
        }
        text.append("\n\n").append(timeline(status));
        return text.toString();
    }

    private static String row(ValidationReport.Check check) {
        String verdict = check.passed() ? "passed" : check.blocking() ? "**FAILED**" : "warning";
        return "| %s | %s | %s | %s |".formatted(check.name(), verdict, plain(check.expected()), plain(check.actual()));
    }

    private static String timeline(ReanchorStatus status) {
        return status.timeline().stream()
                .map(e -> "%s +%d ms"
                        .formatted(
                                e.stage(),
                                Duration.between(status.startedAt(), e.at()).toMillis()))
                .collect(Collectors.joining(" → "));
    }

    /** What comes from outside must not become markup. */
    private static String plain(String text) {
        return text.replaceAll("[|`<>\\p{Cntrl}]", " ");
    }
}
