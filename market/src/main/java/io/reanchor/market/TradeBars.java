package io.reanchor.market;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One-second and five-second bars, by the first millisecond of their bucket. A second without a trade has no bar. Immutable.
 *
 * @param firstBucket first bucket that was rebuilt, a multiple of five seconds; older bars were carried over
 * @param oneSecond by bucket start, unmodifiable
 * @param fiveSecond by bucket start, unmodifiable; from {@code firstBucket} on each is the sum of its one-second bars
 * @param firstTrade first trade that was rebuilt from, or null when there was none
 * @param lastTrade last trade that was rebuilt from, or null when there was none
 */
public record TradeBars(
        long firstBucket,
        NavigableMap<Long, TradeBar> oneSecond,
        NavigableMap<Long, TradeBar> fiveSecond,
        @Nullable Trade firstTrade,
        @Nullable Trade lastTrade) {

    /** Length of a one-second bucket in milliseconds. */
    public static final long SECOND = 1_000;

    /** Length of a five-second bucket in milliseconds. */
    public static final long FIVE_SECONDS = 5_000;

    public TradeBars {
        oneSecond = Collections.unmodifiableNavigableMap(new TreeMap<>(oneSecond));
        fiveSecond = Collections.unmodifiableNavigableMap(new TreeMap<>(fiveSecond));
    }

    /** Where the bucket of a time begins. */
    public static long bucket(long time, long length) {
        return Math.floorDiv(time, length) * length;
    }

    /**
     * Rebuilds the bars from {@code since}, rounded down to five seconds, up to the last trade. A bar is complete when its trade
     * ids have no hole and a later trade follows without one, or when the exchange's closed kline counts as many trades;
     * otherwise it is partial. A five-second bar is partial when any of its seconds is, or isn't known to be over.
     *
     * @param since epoch milliseconds, exchange clock
     * @param trades all that the exchange has from {@code since} on, in any order; what is there twice counts once
     * @param klines the exchange's one-second klines, as far as they are known
     * @param exchangeTime the exchange's clock in epoch milliseconds, read before the klines were asked for: a kline that wasn't
     *     over by then proves nothing
     * @throws IllegalArgumentException when two trades cover some of the same ids but not all
     */
    public static TradeBars rebuild(long since, List<Trade> trades, List<Kline> klines, long exchangeTime) {
        return new BarRebuild(bucket(since, FIVE_SECONDS), trades, klines, exchangeTime).bars();
    }

    /**
     * The sum of bars in order of their time, as one bar.
     *
     * @throws IllegalArgumentException when there is no bar
     */
    public static TradeBar sum(Collection<TradeBar> bars, long openTime, long length, boolean partial) {
        if (bars.isEmpty()) {
            throw new IllegalArgumentException("bar %d: expected at least one bar to add up".formatted(openTime));
        }
        BarSum sum = new BarSum();
        bars.forEach(sum::add);
        return sum.bar(openTime, length, partial);
    }

    /**
     * These bars with the live ones from before the first rebuilt bucket, so that a cut-over doesn't shorten history.
     *
     * @param retention how far back from the end of the newest bar history reaches, rounded to whole five-second buckets
     */
    public TradeBars carryOver(
            NavigableMap<Long, TradeBar> liveOneSecond,
            NavigableMap<Long, TradeBar> liveFiveSecond,
            Duration retention) {
        TreeMap<Long, TradeBar> ones = new TreeMap<>(liveOneSecond.headMap(firstBucket, false));
        ones.putAll(oneSecond);
        TreeMap<Long, TradeBar> fives = new TreeMap<>(liveFiveSecond.headMap(firstBucket, false));
        fives.putAll(fiveSecond);
        if (!ones.isEmpty() || !fives.isEmpty()) {
            long newest = Math.max(
                    ones.isEmpty() ? Long.MIN_VALUE : bucket(ones.lastKey(), FIVE_SECONDS),
                    fives.isEmpty() ? Long.MIN_VALUE : fives.lastKey());
            long oldest = bucket(newest + FIVE_SECONDS - retention.toMillis(), FIVE_SECONDS);
            ones.headMap(oldest, false).clear();
            fives.headMap(oldest, false).clear();
        }
        return new TradeBars(firstBucket, ones, fives, firstTrade, lastTrade);
    }

    /** The last raw trade id in these bars, or null when there is no bar. */
    public @Nullable Long lastTradeId() {
        return oneSecond.isEmpty() ? null : oneSecond.lastEntry().getValue().lastTradeId();
    }

    /** How many one-second bars were carried over. */
    public int carried() {
        return oneSecond.headMap(firstBucket, false).size();
    }

    /** How many one-second bars were rebuilt. */
    public int rebuilt() {
        return oneSecond.size() - carried();
    }

    /** Bucket starts of the one-second bars whose trades may not all be there. */
    public List<Long> partial() {
        List<Long> starts = new ArrayList<>();
        oneSecond.forEach((start, bar) -> {
            if (bar.partial()) {
                starts.add(start);
            }
        });
        return starts;
    }
}
