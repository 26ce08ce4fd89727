package io.reanchor.market;

import static io.reanchor.market.TradeBars.FIVE_SECONDS;
import static io.reanchor.market.TradeBars.SECOND;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds bars from trades and decides which are complete; the rules stand at {@link TradeBars#rebuild}. */
final class BarRebuild {
    private final long from;
    private final List<Trade> trades = new ArrayList<>();
    private final Map<Long, Long> klineTrades = new HashMap<>();

    /** Bucket of the trade that begins with this id. */
    private final Map<Long, Long> bucketByFirstId = new HashMap<>();

    /** Last ids of all trades, those before the first bucket included. */
    private final Set<Long> lastIds = new HashSet<>();

    private final long veryFirstId;

    BarRebuild(long from, List<Trade> given, List<Kline> klines, long exchangeTime) {
        this.from = from;
        long previous = -1;
        long veryFirst = -1;
        List<Trade> sorted = new ArrayList<>(given);
        sorted.sort(Comparator.comparingLong(Trade::firstTradeId)
                .thenComparing(Trade::lastTradeId, Comparator.reverseOrder()));
        for (Trade trade : sorted) {
            if (trade.lastTradeId() <= previous) {
                continue; // pages overlap
            }
            if (trade.firstTradeId() <= previous) {
                throw new IllegalArgumentException(
                        "trade %d..%d overlaps the one before it, which ends at %d: expected %d"
                                .formatted(trade.firstTradeId(), trade.lastTradeId(), previous, previous + 1));
            }
            veryFirst = previous < 0 ? trade.firstTradeId() : veryFirst;
            previous = trade.lastTradeId();
            bucketByFirstId.put(trade.firstTradeId(), TradeBars.bucket(trade.time(), SECOND));
            lastIds.add(trade.lastTradeId());
            if (trade.time() >= from) {
                trades.add(trade);
            }
        }
        veryFirstId = veryFirst;
        for (Kline kline : klines) {
            if (kline.openTime() + SECOND <= exchangeTime) {
                klineTrades.put(kline.openTime(), kline.trades());
            }
        }
    }

    TradeBars bars() {
        TreeMap<Long, BarSum> sums = new TreeMap<>();
        for (Trade trade : trades) {
            sums.computeIfAbsent(TradeBars.bucket(trade.time(), SECOND), start -> new BarSum())
                    .add(trade);
        }
        TreeMap<Long, TradeBar> ones = new TreeMap<>();
        sums.forEach((start, sum) -> {
            TradeBar bar = sum.bar(start, SECOND, true);
            ones.put(start, isComplete(bar, sum) ? sum.bar(start, SECOND, false) : bar);
        });
        TreeMap<Long, TradeBar> fives = new TreeMap<>();
        for (long second : ones.keySet()) {
            fives.computeIfAbsent(TradeBars.bucket(second, FIVE_SECONDS), start -> fiveSeconds(start, ones));
        }
        @Nullable Trade first = trades.isEmpty() ? null : trades.get(0);
        @Nullable Trade last = trades.isEmpty() ? null : trades.get(trades.size() - 1);
        return new TradeBars(from, ones, fives, first, last);
    }

    private boolean isComplete(TradeBar bar, BarSum sum) {
        Long counted = klineTrades.get(bar.openTime());
        if (counted != null && counted == bar.trades()) {
            return true;
        }
        Long next = bucketByFirstId.get(bar.lastTradeId() + 1);
        boolean begins = bar.firstTradeId() == veryFirstId || lastIds.contains(bar.firstTradeId() - 1);
        return sum.contiguous() && begins && next != null && next > bar.openTime();
    }

    private TradeBar fiveSeconds(long start, NavigableMap<Long, TradeBar> ones) {
        boolean complete = true;
        for (long second = start; second < start + FIVE_SECONDS; second += SECOND) {
            TradeBar bar = ones.get(second);
            complete &= bar != null ? !bar.partial() : isKnownEmpty(second, ones);
        }
        return TradeBars.sum(
                ones.subMap(start, true, start + FIVE_SECONDS, false).values(), start, FIVE_SECONDS, !complete);
    }

    /** Whether no trade can be missing in a second without one: its neighbours' ids are contiguous, or its kline says so. */
    private boolean isKnownEmpty(long second, NavigableMap<Long, TradeBar> ones) {
        Long counted = klineTrades.get(second);
        if (counted != null && counted == 0) {
            return true;
        }
        Map.Entry<Long, TradeBar> before = ones.lowerEntry(second);
        Map.Entry<Long, TradeBar> after = ones.higherEntry(second);
        if (after == null) {
            return false;
        }
        long nextId = after.getValue().firstTradeId();
        return before == null
                ? nextId == veryFirstId || lastIds.contains(nextId - 1)
                : before.getValue().lastTradeId() + 1 == nextId;
    }
}
