package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is live beside what is staged for it. The two may be at different ids, which explains differences of its own: both ids are told.
 *
 * @param at when it was compared, by the worker's clock
 * @param liveGeneration what is live, empty when nothing is
 * @param live where the live keys are, null where there is no such key or it can't be read
 * @param staged where the staged keys are
 * @param levels price levels, by {@code b:<price>} and {@code a:<price>}
 * @param bars1s one-second bars, by the start of their bucket
 * @param bars5s five-second bars
 * @param features features, by name
 */
public record Comparison(
        Instant at,
        String liveGeneration,
        Side live,
        Side staged,
        Differences levels,
        Differences bars1s,
        Differences bars5s,
        Differences features) {

    /**
     * Where one side is.
     *
     * @param lastUpdateId the book's update id
     * @param lastTradeId the bars' raw trade id
     * @param bestBid price and quantity, {@code "none"} when there is no bid
     * @param bestAsk as the bid
     */
    public record Side(
            @Nullable Long lastUpdateId, @Nullable Long lastTradeId, String bestBid, String bestAsk) {}

    /**
     * @param compared how many entries either side has
     * @param differ how many of them aren't the same on both
     * @param first the first of those, {@value #SHOWN} at most
     */
    public record Differences(long compared, long differ, List<Difference> first) {
        /** A result is kept in a history: it names enough to see what kind of difference it is. */
        public static final int SHOWN = 10;

        public Differences {
            first = List.copyOf(first);
        }
    }

    /**
     * @param what which level, bar or feature
     * @param live as it is live, empty when it isn't there
     * @param staged as it is staged, empty when it isn't there
     */
    public record Difference(String what, String live, String staged) {}

    /** Whether nothing differs. */
    public boolean nothingDiffers() {
        return levels.differ() + bars1s.differ() + bars5s.differ() + features.differ() == 0;
    }
}
