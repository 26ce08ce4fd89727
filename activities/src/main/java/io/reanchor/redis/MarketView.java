package io.reanchor.redis;

import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A symbol's keys, live or staged, of one generation; null where a key isn't there, or where a live book can't be read.
 *
 * @param book the order book
 * @param bars1s the one-second bars
 * @param bars5s the five-second bars
 * @param features the features
 * @param receipt the receipt's fields, empty when there is none
 * @param leftOut what of live state couldn't be read; staged state that can't be read is refused instead
 */
public record MarketView(
        @Nullable Book book,
        @Nullable Bars bars1s,
        @Nullable Bars bars5s,
        @Nullable Features features,
        Map<String, String> receipt,
        LeftOut leftOut) {

    /** A book of the reader's own, and the key it was read from. */
    public record Book(KeyHeader header, OrderBook book) {}

    /**
     * Bars by the start of their bucket, epoch milliseconds. Live ones have at least the trades up to the header's id, perhaps more.
     */
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

    /**
     * Fields that couldn't be read, and are missing here.
     *
     * @param count how many
     * @param first key, field and what was found, of the first few
     */
    public record LeftOut(long count, List<String> first) {}
}
