package io.reanchor.cli;

import io.reanchor.market.OneLine;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Small pieces of text that several commands need. */
final class Words {
    /** More than any message of ours. */
    private static final int MAX_LINE = 4_000;

    private Words() {}

    /** {@code BUILDING_FEATURES} is "building features". */
    static String of(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@code 412 ms}, {@code 2.41 s}, {@code 3 min 5 s}, {@code 2 h 0 min}. */
    static String of(Duration d) {
        long ms = Math.max(0, d.toMillis());
        if (ms < 1_000) {
            return ms + " ms";
        }
        if (ms < 60_000) {
            return String.format(Locale.ROOT, "%d.%02d s", ms / 1_000, ms % 1_000 / 10);
        }
        if (ms < 3_600_000) {
            return "%d min %d s".formatted(ms / 60_000, ms / 1_000 % 60);
        }
        return "%d h %d min".formatted(ms / 3_600_000, ms / 60_000 % 60);
    }

    static String of(FeedGap gap) {
        List<String> parts = new ArrayList<>();
        range(parts, "updates", gap.firstUpdateId(), gap.lastUpdateId());
        range(parts, "trades", gap.firstTradeId(), gap.lastTradeId());
        if (gap.since() != null) {
            parts.add("since " + gap.since());
        }
        return parts.isEmpty() ? "unknown, rebuilt to now" : String.join(", ", parts);
    }

    private static void range(List<String> parts, String what, @Nullable Long first, @Nullable Long last) {
        if (first != null || last != null) {
            parts.add("%s %s..%s".formatted(what, first == null ? "" : first, last == null ? "" : last));
        }
    }

    /** The text in one line: a message from elsewhere may have several. */
    static String oneLine(@Nullable String text) {
        return text == null ? "" : OneLine.of(text.strip(), MAX_LINE);
    }
}
