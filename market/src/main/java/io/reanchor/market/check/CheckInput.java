package io.reanchor.market.check;

import io.reanchor.market.Kline;
import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was read back, and what it is held against. Built with {@link #of}; what a builder isn't told is unknown or empty.
 *
 * @param symbol the exchange's symbol
 * @param keyCounts each staged key's fields, as many as were written and as many as are there
 * @param book the staged book; not changed by any check
 * @param expectedUpdateId the update id that the staged book was accepted with
 * @param snapshotLimit levels a side that were asked of the exchange
 * @param oneSecond the staged one-second bars by bucket start, carried-over ones included
 * @param fiveSecond the staged five-second bars by bucket start, carried-over ones included
 * @param oneSecondTradeId {@code lastTradeId} of the staged one-second key, or null when it has none
 * @param fiveSecondTradeId {@code lastTradeId} of the staged five-second key, or null when it has none
 * @param firstRebuilt first rebuilt bucket; older bars were carried over as they were
 * @param features the staged features' fields
 * @param liveBook the live book, or null when there is none
 * @param liveUpdateId the live book's id, or null when there is none
 * @param liveTradeId the live bars' last trade id, or null when there is none
 * @param gapUpdateId update id that the book must reach, or null when no gap names one
 * @param gapTradeId trade id that the bars must reach, or null when no gap names one
 * @param requestedAt exchange's clock in epoch milliseconds, read before the snapshot was asked for; null when unknown
 * @param exchangeTime exchange's clock in epoch milliseconds, read now; null when unknown
 * @param klines the exchange's own closed one-second bars, as far as they were fetched
 * @param lastTradePrice price of the last rebuilt trade, or null when there was none
 */
public record CheckInput(
        String symbol,
        List<KeyCount> keyCounts,
        OrderBook book,
        long expectedUpdateId,
        int snapshotLimit,
        NavigableMap<Long, TradeBar> oneSecond,
        NavigableMap<Long, TradeBar> fiveSecond,
        @Nullable Long oneSecondTradeId,
        @Nullable Long fiveSecondTradeId,
        long firstRebuilt,
        Map<String, String> features,
        @Nullable OrderBook liveBook,
        @Nullable Long liveUpdateId,
        @Nullable Long liveTradeId,
        @Nullable Long gapUpdateId,
        @Nullable Long gapTradeId,
        @Nullable Long requestedAt,
        @Nullable Long exchangeTime,
        List<Kline> klines,
        @Nullable BigDecimal lastTradePrice) {
    public CheckInput {
        keyCounts = List.copyOf(keyCounts);
        oneSecond = Collections.unmodifiableNavigableMap(new TreeMap<>(oneSecond));
        fiveSecond = Collections.unmodifiableNavigableMap(new TreeMap<>(fiveSecond));
        features = Map.copyOf(features);
        klines = List.copyOf(klines);
    }

    /**
     * How full a staged key is.
     *
     * @param key its name
     * @param expected fields, or levels, that were written
     * @param actual as many as were read back
     */
    public record KeyCount(String key, long expected, long actual) {}

    /** Starts with what every input has: the staged book as read back, and the id it was accepted with. */
    public static Builder of(String symbol, OrderBook book, long expectedUpdateId) {
        return new Builder(symbol, book, expectedUpdateId);
    }

    /** The rebuilt one-second bars. */
    NavigableMap<Long, TradeBar> rebuiltOneSecond() {
        return oneSecond.tailMap(firstRebuilt, true);
    }

    /** The rebuilt five-second bars. */
    NavigableMap<Long, TradeBar> rebuiltFiveSecond() {
        return fiveSecond.tailMap(firstRebuilt, true);
    }

    /** Collects an input. Not thread-safe. */
    public static final class Builder {
        private final String symbol;
        private final OrderBook book;
        private final long expectedUpdateId;
        private final List<KeyCount> keyCounts = new ArrayList<>();
        private int snapshotLimit = 1000;
        private NavigableMap<Long, TradeBar> oneSecond = new TreeMap<>();
        private NavigableMap<Long, TradeBar> fiveSecond = new TreeMap<>();
        private @Nullable Long oneSecondTradeId;
        private @Nullable Long fiveSecondTradeId;
        private long firstRebuilt;
        private Map<String, String> features = Map.of();
        private @Nullable OrderBook liveBook;
        private @Nullable Long liveUpdateId;
        private @Nullable Long liveTradeId;
        private @Nullable Long gapUpdateId;
        private @Nullable Long gapTradeId;
        private @Nullable Long requestedAt;
        private @Nullable Long exchangeTime;
        private List<Kline> klines = List.of();
        private @Nullable BigDecimal lastTradePrice;

        private Builder(String symbol, OrderBook book, long expectedUpdateId) {
            this.symbol = symbol;
            this.book = book;
            this.expectedUpdateId = expectedUpdateId;
        }

        /** Adds one staged key's count; {@code COMPLETE} looks at all of them. */
        public Builder keyCount(String key, long expected, long actual) {
            keyCounts.add(new KeyCount(key, expected, actual));
            return this;
        }

        /** Levels a side that were asked of the exchange; 1000 unless told. */
        public Builder snapshotLimit(int levels) {
            this.snapshotLimit = levels;
            return this;
        }

        /** The staged one-second bars and their key's {@code lastTradeId}. */
        public Builder oneSecond(NavigableMap<Long, TradeBar> bars, @Nullable Long lastTradeId) {
            this.oneSecond = bars;
            this.oneSecondTradeId = lastTradeId;
            return this;
        }

        /** The staged five-second bars and their key's {@code lastTradeId}. */
        public Builder fiveSecond(NavigableMap<Long, TradeBar> bars, @Nullable Long lastTradeId) {
            this.fiveSecond = bars;
            this.fiveSecondTradeId = lastTradeId;
            return this;
        }

        /** First rebuilt bucket, and the last trade's price when there was a trade. */
        public Builder rebuilt(long firstBucket, @Nullable BigDecimal lastPrice) {
            this.firstRebuilt = firstBucket;
            this.lastTradePrice = lastPrice;
            return this;
        }

        public Builder features(Map<String, String> fields) {
            this.features = fields;
            return this;
        }

        /** The live state, each part null when there is none. */
        public Builder live(@Nullable OrderBook live, @Nullable Long updateId, @Nullable Long tradeId) {
            this.liveBook = live;
            this.liveUpdateId = updateId;
            this.liveTradeId = tradeId;
            return this;
        }

        /** The ids that the gaps reported so far need, each null when none names one. */
        public Builder gap(@Nullable Long lastUpdateId, @Nullable Long lastTradeId) {
            this.gapUpdateId = lastUpdateId;
            this.gapTradeId = lastTradeId;
            return this;
        }

        /** The exchange's clock before the snapshot was asked for, and now; epoch milliseconds. */
        public Builder exchangeTimes(@Nullable Long beforeRequest, @Nullable Long now) {
            this.requestedAt = beforeRequest;
            this.exchangeTime = now;
            return this;
        }

        public Builder klines(List<Kline> closed) {
            this.klines = closed;
            return this;
        }

        public CheckInput build() {
            return new CheckInput(
                    symbol,
                    keyCounts,
                    book,
                    expectedUpdateId,
                    snapshotLimit,
                    oneSecond,
                    fiveSecond,
                    oneSecondTradeId,
                    fiveSecondTradeId,
                    firstRebuilt,
                    features,
                    liveBook,
                    liveUpdateId,
                    liveTradeId,
                    gapUpdateId,
                    gapTradeId,
                    requestedAt,
                    exchangeTime,
                    klines,
                    lastTradePrice);
        }
    }
}
