package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorStatus.StageEntry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A status as Markdown, for the Web UI. */
final class StatusText {
    private StatusText() {}

    static String markdown(ReanchorStatus status) {
        StringBuilder text = new StringBuilder("**%s %s**".formatted(status.symbol(), status.stage()));
        if (!status.detail().isEmpty()) {
            text.append(": ").append(plain(status.detail()));
        }
        if (status.round() > 1) {
            text.append("\n\nRound %d, for what was reported meanwhile".formatted(status.round()));
        }
        result(status.result(), text);
        for (String line : status.noticed()) {
            text.append("\n\n**Noticed**: ").append(plain(line));
        }
        KeptUp kept = status.keptUp();
        if (kept != null) {
            text.append("\n\nKept up at %s: update %s, trade %s, %s"
                    .formatted(
                            kept.at(),
                            kept.lastUpdateId(),
                            kept.lastTradeId(),
                            kept.behindMs() == null ? "no journal" : kept.behindMs() + " ms behind the feed"));
        }
        Comparison found = status.comparison();
        ValidationReport validation = status.validation();
        if (found != null) {
            text.append(sides("live", found.live(), "staged", found.staged())).append(differences(found));
        } else if (validation != null && validation.live() != null && validation.staged() != null) {
            text.append(sides("live before", validation.live(), "as checked", validation.staged()));
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
        if (validation != null) {
            text.append("\n\n| check | | expected | actual |\n|---|---|---|---|\n")
                    .append(validation.checks().stream().map(StatusText::row).collect(Collectors.joining("\n")));
        }
        text.append("\n\n").append(timeline(status));
        return text.toString();
    }

    private static String sides(String one, Comparison.Side live, String other, Comparison.Side staged) {
        return """


                | | %s | %s |
                |---|---|---|
                | update | %s | %s |
                | best bid | `%s` | `%s` |
                | best ask | `%s` | `%s` |""".formatted(
                        one,
                        other,
                        live.lastUpdateId(),
                        staged.lastUpdateId(),
                        plain(live.bestBid()),
                        plain(staged.bestBid()),
                        plain(live.bestAsk()),
                        plain(staged.bestAsk()));
    }

    private static String differences(Comparison found) {
        return """


                %d of %d levels differ, %d of %d + %d of %d bars, %d of %d features""".formatted(
                        found.levels().differ(),
                        found.levels().compared(),
                        found.bars1s().differ(),
                        found.bars1s().compared(),
                        found.bars5s().differ(),
                        found.bars5s().compared(),
                        found.features().differ(),
                        found.features().compared());
    }

    private static void result(@Nullable ReanchorResult result, StringBuilder text) {
        SwapReceipt receipt = result == null ? null : result.receipt();
        if (receipt == null) {
            return;
        }
        Followed followed = receipt.followed();
        if (followed != null && followed.behindMs() != null) {
            text.append("\n\n- %d ms behind the feed at the swap, followed to update %s and trade %s"
                    .formatted(followed.behindMs(), followed.lastUpdateId(), followed.lastTradeId()));
        }
        DataQuality quality = receipt.quality();
        if (quality != null) {
            text.append("\n- lost: updates %s, trades %s; partial bars: %d; trusted: `%s` to `%s`; warming up: %s"
                    .formatted(
                            quality.lostUpdates(),
                            quality.lostTrades(),
                            quality.partialBars().size(),
                            plain(quality.trustedLow()),
                            plain(quality.trustedHigh()),
                            quality.warmingUp()));
        }
    }

    private static String row(ValidationReport.Check check) {
        String verdict = check.passed() ? "passed" : check.blocking() ? "**FAILED**" : "warning";
        return "| %s | %s | %s | %s |".formatted(check.name(), verdict, plain(check.expected()), plain(check.actual()));
    }

    /** When each stage began, and how long it took. */
    private static String timeline(ReanchorStatus status) {
        List<StageEntry> stages = status.timeline();
        StringBuilder table = new StringBuilder("| stage | after | took |\n|---|---|---|");
        for (int i = 0; i < stages.size(); i++) {
            StageEntry entry = stages.get(i);
            String took = i + 1 < stages.size()
                    ? Duration.between(entry.at(), stages.get(i + 1).at()).toMillis() + " ms"
                    : "";
            table.append("\n| %s | %d ms | %s |"
                    .formatted(
                            entry.stage(),
                            Duration.between(status.startedAt(), entry.at()).toMillis(),
                            took));
        }
        return table.toString();
    }

    /** What comes from outside must not become markup. */
    static String plain(String text) {
        return text.replaceAll("[|`<>\\p{Cntrl}]", " ");
    }
}
