package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What staging the trades left in Redis: references, never the bars.
 *
 * @param bars1s the staged one-second bars
 * @param bars5s the staged five-second bars
 * @param source which market-data source served the trades
 * @param since first bucket that was rebuilt; older ones were carried over from the live keys
 * @param firstTradeId first raw trade id that was rebuilt from, or null when there was no trade
 * @param lastTradeId last raw trade id, or null when there was no trade
 * @param lastTradePrice price of the last trade, exact, or null when there was no trade
 * @param trades how many raw trades were rebuilt from
 * @param rebuilt how many one-second bars were rebuilt
 * @param carried how many one-second bars were carried over
 * @param partial bucket starts of the bars whose trades are not all there, at most 32 of them
 * @param lost raw trade ids that no source had, at most 32 spans: within the rebuilt bars, or between them and those that were carried over
 */
public record StagedBars(
        StagedKey bars1s,
        StagedKey bars5s,
        String source,
        Instant since,
        @Nullable Long firstTradeId,
        @Nullable Long lastTradeId,
        @Nullable String lastTradePrice,
        long trades,
        int rebuilt,
        int carried,
        List<Instant> partial,
        List<IdSpan> lost) {
    public StagedBars {
        partial = List.copyOf(partial);
        lost = List.copyOf(lost);
    }

    /** The same bars, as they stand now: trades of the journal that came after they were staged are in them. */
    public StagedBars with(
            StagedKey now1s,
            StagedKey now5s,
            @Nullable Long nowFirstTradeId,
            @Nullable String nowLastTradePrice,
            long nowTrades,
            int nowRebuilt,
            List<Instant> nowPartial) {
        return new StagedBars(
                now1s,
                now5s,
                source,
                since,
                nowFirstTradeId,
                now1s.id(),
                nowLastTradePrice,
                nowTrades,
                nowRebuilt,
                carried,
                nowPartial,
                lost);
    }
}
