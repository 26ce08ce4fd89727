package io.reanchor.testkit;

import io.reanchor.market.Kline;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Every trade there was, raw and aggregated, and the bars that plain sums over them give. Not thread-safe. */
final class TrueTrades {
    private static final int VWAP_SCALE = 8;

    private final List<Trade> raw = new ArrayList<>();
    private final List<Aggregate> aggregates = new ArrayList<>();

    void add(Trade trade) {
        raw.add(trade);
    }

    void add(Aggregate aggregate) {
        aggregates.add(aggregate);
    }

    List<Trade> raw() {
        return Collections.unmodifiableList(raw);
    }

    /** Aggregates from an aggregate id on, without the newest {@code late}. */
    List<Aggregate> fromId(long id, int limit, int late) {
        return page(first(aggregates, aggregate -> aggregate.id() >= id), aggregates.size(), limit, late);
    }

    /** Aggregates at or after a time, without the newest {@code late}. */
    List<Aggregate> since(long time, long end, int limit, int late) {
        int from = first(aggregates, aggregate -> aggregate.trade().time() >= time);
        return page(from, first(aggregates, aggregate -> aggregate.trade().time() > end), limit, late);
    }

    private List<Aggregate> page(int from, int to, int limit, int late) {
        int end = Math.min(to, aggregates.size() - late);
        return from >= end ? List.of() : List.copyOf(aggregates.subList(from, Math.min(end, from + limit)));
    }

    /** Index of the first element that passes; all behind it do too. */
    private static <T> int first(List<T> ascending, Predicate<T> passes) {
        int low = 0;
        int high = ascending.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (passes.test(ascending.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The newest aggregates there are, without the newest {@code late}. */
    List<Aggregate> newest(int limit, int late) {
        int size = aggregates.size();
        return page(Math.max(0, size - late - limit), size, limit, late);
    }

    /** Bars over the raw trades; a bar whose end is past {@code now} is partial. Buckets without a trade have none. */
    List<TradeBar> bars(long sizeMs, long now) {
        return bars(raw, sizeMs, now);
    }

    /** Those of them that begin at {@code from} or later. */
    List<TradeBar> bars(long sizeMs, long now, long from) {
        long begin = from + Math.floorMod(-from, sizeMs);
        return bars(raw.subList(first(raw, trade -> trade.time() >= begin), raw.size()), sizeMs, now);
    }

    private static List<TradeBar> bars(List<Trade> trades, long sizeMs, long now) {
        Map<Long, List<Trade>> buckets = trades.stream()
                .collect(Collectors.groupingBy(
                        trade -> trade.time() - Math.floorMod(trade.time(), sizeMs),
                        TreeMap::new,
                        Collectors.toList()));
        return buckets.entrySet().stream()
                .map(bucket -> bar(bucket.getKey(), sizeMs, bucket.getValue(), now))
                .toList();
    }

    private static TradeBar bar(long openTime, long sizeMs, List<Trade> trades, long now) {
        BigDecimal volume = trades.stream().map(Trade::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal quoteVolume = quote(trades);
        List<Trade> bought =
                trades.stream().filter(trade -> !trade.buyerIsMaker()).toList();
        List<BigDecimal> prices = trades.stream().map(Trade::price).toList();
        Trade first = trades.get(0);
        Trade last = trades.get(trades.size() - 1);
        return new TradeBar(
                openTime,
                openTime + sizeMs - 1,
                first.price(),
                Collections.max(prices),
                Collections.min(prices),
                last.price(),
                volume,
                quoteVolume,
                trades.size(),
                bought.stream().map(Trade::quantity).reduce(BigDecimal.ZERO, BigDecimal::add),
                quote(bought),
                quoteVolume.divide(volume, VWAP_SCALE, RoundingMode.HALF_EVEN),
                first.firstTradeId(),
                last.lastTradeId(),
                openTime + sizeMs > now);
    }

    private static BigDecimal quote(List<Trade> trades) {
        return trades.stream()
                .map(trade -> trade.price().multiply(trade.quantity()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The exchange's bars: as {@link #bars}, and a flat one at the last price for each bucket without a trade. */
    List<Kline> klines(long sizeMs, long now, long start, long end, int limit) {
        if (raw.isEmpty()) {
            return List.of();
        }
        long from = start + Math.floorMod(-start, sizeMs);
        int before = first(raw, trade -> trade.time() >= from);
        int after = first(raw, trade -> trade.time() > end + sizeMs);
        Map<Long, TradeBar> bars = bars(raw.subList(before, Math.max(before, after)), sizeMs, now).stream()
                .collect(Collectors.toMap(TradeBar::openTime, bar -> bar));
        BigDecimal last = before == 0 ? null : raw.get(before - 1).price();
        List<Kline> klines = new ArrayList<>();
        long firstOpen = before == 0 ? Math.max(from, raw.get(0).time() - sizeMs) : from;
        for (long open = firstOpen + Math.floorMod(-firstOpen, sizeMs);
                open <= Math.min(now, end) && klines.size() < limit;
                open += sizeMs) {
            TradeBar bar = bars.get(open);
            if (bar != null) {
                klines.add(kline(bar));
                last = bar.close();
            } else if (last != null) {
                klines.add(flat(open, sizeMs, last));
            }
        }
        return klines;
    }

    private static Kline kline(TradeBar bar) {
        return new Kline(
                bar.openTime(),
                bar.open(),
                bar.high(),
                bar.low(),
                bar.close(),
                bar.volume(),
                bar.closeTime(),
                bar.quoteVolume(),
                bar.trades(),
                bar.takerBuyVolume(),
                bar.takerBuyQuoteVolume());
    }

    private static Kline flat(long open, long sizeMs, BigDecimal price) {
        BigDecimal none = BigDecimal.ZERO;
        return new Kline(open, price, price, price, price, none, open + sizeMs - 1, none, 0, none, none);
    }
}
