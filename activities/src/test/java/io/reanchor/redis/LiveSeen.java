package io.reanchor.redis;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A symbol's live state as one read of one layout had it, in the same words for every layout.
 *
 * @param generations of book, one-second bars, five-second bars and features; empty for a key that isn't there
 * @param bookHeader lastUpdateId, eventTime, suspectFrom, suspectAt, as far as they are there
 * @param bids price and quantity, in the reader's order
 * @param asks as the bids
 * @param barsHeader lastTradeId, suspectFrom, suspectAt of the one-second bars
 * @param bars1s closing price and number of trades by opening time
 * @param bars5s as the one-second bars
 * @param featuresHeader asOfUpdateId, asOfTradeId
 * @param features by name
 */
record LiveSeen(
        List<String> generations,
        Map<String, String> bookHeader,
        Map<String, String> bids,
        Map<String, String> asks,
        Map<String, String> barsHeader,
        Map<Long, String> bars1s,
        Map<Long, String> bars5s,
        Map<String, String> featuresHeader,
        Map<String, String> features) {

    /** The generation of all keys; null when they are of several, or one isn't there. */
    @Nullable
    String generation() {
        String first = generations.get(0);
        return !first.isEmpty() && generations.stream().allMatch(first::equals) ? first : null;
    }

    long updateId() {
        return Long.parseLong(bookHeader.get("lastUpdateId"));
    }

    long tradeId() {
        return Long.parseLong(barsHeader.get("lastTradeId"));
    }
}
