package io.reanchor.redis;

import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A symbol's keys, live or staged, as one transaction read them; null where a key isn't there.
 *
 * @param book the order book
 * @param bars1s the one-second bars
 * @param bars5s the five-second bars
 * @param features the features
 * @param receipt the receipt's fields, empty when there is none
 */
public record MarketView(
        @Nullable Book book,
        @Nullable Bars bars1s,
        @Nullable Bars bars5s,
        @Nullable Features features,
        Map<String, String> receipt) {

    /** A book of the reader's own, and the key it was read from. */
    public record Book(KeyHeader header, OrderBook book) {}

    /** Bars by the start of their bucket, epoch milliseconds. */
    public record Bars(KeyHeader header, SortedMap<Long, TradeBar> bars) {}

    /**
     * Features by name, as they stand in Redis.
     *
     * @param asOfUpdateId update id of the book they are made of, or null
     * @param asOfTradeId trade id of the bars they are made of, or null
     */
    public record Features(
            KeyHeader header,
            Map<String, String> values,
            @Nullable Long asOfUpdateId,
            @Nullable Long asOfTradeId) {}
}
