package io.reanchor.workflow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a gap is taken care of: the ends are measured by live, which has to reach them; the starts by the bars that went live. */
final class Coverage {
    private final @Nullable Long updateId;
    private final @Nullable Long tradeId;
    private final @Nullable StagedBars bars;
    private final FeedGap stagedFor;

    /**
     * @param bars the bars that went live; null when nobody can tell any more how far back they were rebuilt
     * @param stagedFor what they were rebuilt for
     */
    Coverage(SwapReceipt receipt, @Nullable StagedBars bars, FeedGap stagedFor) {
        Followed followed = receipt.followed();
        this.updateId = followed == null ? Long.valueOf(receipt.lastUpdateId()) : followed.lastUpdateId();
        this.tradeId = followed == null ? receipt.lastTradeId() : followed.lastTradeId();
        this.bars = bars;
        this.stagedFor = stagedFor;
    }

    /**
     * What is missing, a phrase each; empty when the gap is covered.
     *
     * @param early whether the report was made before staging began: even an end that it doesn't name is staged then
     */
    List<String> missing(FeedGap asked, boolean early) {
        List<String> missing = new ArrayList<>();
        if (isBefore(updateId, asked.lastUpdateId())) {
            missing.add("the live book is at update %s, asked was %s".formatted(updateId, asked.lastUpdateId()));
        }
        if (isBefore(tradeId, asked.lastTradeId())) {
            missing.add("the live bars end at trade %s, asked was %s".formatted(tradeId, asked.lastTradeId()));
        }
        if (!early && !asked.namesItsEnd()) {
            missing.add("a report that names no end came after staging had begun");
        }
        if (bars != null) {
            addStarts(asked, early, bars, missing);
        }
        return missing;
    }

    /** Of an early report the bars are rebuilt from as far back as they can be. */
    private void addStarts(FeedGap asked, boolean early, StagedBars bars, List<String> missing) {
        Long first = bars.firstTradeId();
        if (!early && asked.firstTradeId() != null && (first == null || first > asked.firstTradeId())) {
            missing.add("the bars were rebuilt from trade %s, asked was %s".formatted(first, asked.firstTradeId()));
        }
        if (!early && asked.since() != null && bars.since().isAfter(asked.since())) {
            missing.add("the bars were rebuilt since %s, asked was %s".formatted(bars.since(), asked.since()));
        }
        if (asked.wantsLookBack() && stagedFor.since() != null) {
            missing.add("the bars were rebuilt since %s, as was reported; asked was the whole look-back"
                    .formatted(bars.since()));
        }
    }

    private static boolean isBefore(@Nullable Long reached, @Nullable Long asked) {
        return asked != null && (reached == null || reached < asked);
    }
}
