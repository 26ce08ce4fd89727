package io.reanchor.demo;

import io.reanchor.demo.Promises.Promise;
import io.reanchor.demo.Recovered.StageTime;
import io.reanchor.workflow.IdSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured; as JSON the demo's result.
 *
 * @param held whether every promise held
 * @param broken those that didn't
 * @param ms from the first line to the last, in milliseconds
 * @param reads what the readers saw from before the messages were lost to the end
 */
record Findings(
        boolean held,
        List<Promise> broken,
        List<Promise> promises,
        String symbol,
        String market,
        Addresses addresses,
        long ms,
        @Nullable FirstRecovery firstRecovery,
        @Nullable LostMessages lostMessages,
        @Nullable CrossedBook crossedBook,
        @Nullable OperatorsHand operatorsHand,
        @Nullable Reads reads) {

    /** Where everything is, or was. */
    record Addresses(String redis, String temporal, String exchangeRest, String exchangeStreams, String health) {}

    /**
     * The first recovery, with no live keys.
     *
     * @param toResultMs from the report until its result was known
     */
    record FirstRecovery(String generation, String source, int levels, long toResultMs, List<StageTime> stages) {}

    /**
     * What losing messages did, and what the recovery made of it.
     *
     * @param updateIdsMissing how many update ids the writer couldn't bridge
     * @param tradeIdsMissing how many trade ids it couldn't bridge
     * @param stuckMs how long the gap was left standing before it was reported
     * @param before the stuck live book against the exchange's newest
     * @param ifAppliedRegardless the book of a writer that had applied all it got, at its own update id
     * @param barsBefore the stuck live bars against the exchange's
     * @param toLiveMs from the report until Redis announced the cut-over
     * @param readsDuring what the readers saw between the report and the result
     * @param comparisons how often the live state was then held against the exchange's, while it went on
     * @param levelsCompared prices looked at in all comparisons
     * @param levelsWrongAfter those that were wrong, each book at its own update id
     * @param barsCompared bars looked at in all comparisons
     * @param barsWrongAfter those that were wrong
     * @param journaledUpdates updates that came while the gap was left standing
     * @param behindMs how far the book was behind the feed when it went live; null when nobody can tell
     * @param lostUpdates update ids that no journal has: the book is whole without them
     * @param lostTrades trade ids that no source has any more
     */
    record LostMessages(
            long updateIdsMissing,
            long tradeIdsMissing,
            long stuckMs,
            LevelCheck before,
            LevelCheck ifAppliedRegardless,
            BarCheck barsBefore,
            String generation,
            String source,
            long toLiveMs,
            List<StageTime> stages,
            Reads readsDuring,
            int comparisons,
            long levelsCompared,
            long levelsWrongAfter,
            long barsCompared,
            long barsWrongAfter,
            int journaledUpdates,
            @Nullable Long behindMs,
            List<IdSpan> lostUpdates,
            List<IdSpan> lostTrades) {}

    /**
     * What an operator did, and what became of it.
     *
     * @param postponedMs from the request to the approval
     * @param levelsDiffer of live and staged, when they were compared
     * @param levelsCompared prices that either side had
     * @param approved the generation that went live
     * @param behindMs how far its book was behind the feed then; null when nobody can tell
     * @param back the generation that the revert brought back
     * @param carried whether the journals carried it on to where live was
     * @param thrownAway what was lost otherwise
     * @param looks how often the live state was held against the exchange's meanwhile
     * @param looked levels and bars in all looks
     * @param wrong those that were wrong
     * @param reads what readers saw meanwhile
     */
    record OperatorsHand(
            long postponedMs,
            long levelsDiffer,
            long levelsCompared,
            String approved,
            @Nullable Long behindMs,
            String back,
            boolean carried,
            List<String> thrownAway,
            int looks,
            long looked,
            long wrong,
            Reads reads) {}

    /**
     * What became of a crossed book.
     *
     * @param refusedBy the checks that refused it
     * @param toResultMs from the report until its result was known
     */
    record CrossedBook(
            String outcome,
            List<String> refusedBy,
            String words,
            String digestBefore,
            String digestAfter,
            List<String> leftBehind,
            long toResultMs,
            List<StageTime> stages) {}
}
