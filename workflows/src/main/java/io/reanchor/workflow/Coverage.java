package io.reanchor.workflow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether what is staged takes care of a gap that was reported after staging had begun. */
final class Coverage {
    private Coverage() {}

    /**
     * What is missing, a phrase each; empty when the gap is covered.
     *
     * @param early whether the report was made before staging began: even an end that it doesn't name is staged then
     * @param run what the run was asked for so far
     */
    static List<String> missing(
            FeedGap asked, boolean early, FeedGap run, @Nullable StagedBook book, @Nullable StagedBars bars) {
        if (book == null || bars == null) {
            return List.of("nothing is staged");
        }
        List<String> missing = new ArrayList<>();
        if (asked.lastUpdateId() != null && isBefore(book.key().id(), asked.lastUpdateId())) {
            missing.add("the staged book is at update %s, asked was %s"
                    .formatted(book.key().id(), asked.lastUpdateId()));
        }
        if (asked.lastTradeId() != null && isBefore(bars.lastTradeId(), asked.lastTradeId())) {
            missing.add(
                    "the staged bars end at trade %s, asked was %s".formatted(bars.lastTradeId(), asked.lastTradeId()));
        }
        if (asked.firstTradeId() != null
                && (bars.firstTradeId() == null || bars.firstTradeId() > asked.firstTradeId())) {
            missing.add("the staged bars are rebuilt from trade %s, asked was %s"
                    .formatted(bars.firstTradeId(), asked.firstTradeId()));
        }
        if (asked.since() != null && bars.since().isAfter(asked.since())) {
            missing.add("the staged bars are rebuilt since %s, asked was %s".formatted(bars.since(), asked.since()));
        }
        if (!early && !asked.namesItsEnd()) {
            missing.add("the report names no end, and was made after staging began");
        }
        if (asked.since() == null && run.since() != null) {
            missing.add("the staged bars are rebuilt since %s, as was reported; asked was the whole look-back"
                    .formatted(bars.since()));
        }
        return missing;
    }

    private static boolean isBefore(@Nullable Long staged, long asked) {
        return staged == null || staged < asked;
    }
}
