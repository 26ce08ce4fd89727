package io.reanchor.testkit;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Kline;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One symbol's market: it moves only when it is stepped, and knows the truth, so that whatever was rebuilt from its messages
 * can be checked. Its clock is the exchange's; it starts where the market says and has nothing to do with ours. Thread-safe.
 */
public abstract class SimulatedMarket {
    private final String symbol;
    private final List<Consumer<MarketEvent>> listeners = new CopyOnWriteArrayList<>();
    private final TreeMap<Long, Long> idByTime = new TreeMap<>();
    final TrueBook book;
    final TrueTrades trades = new TrueTrades();
    private long now;

    SimulatedMarket(String symbol, Instant start, DepthSnapshot book) {
        this.symbol = symbol;
        this.now = start.toEpochMilli();
        this.book = new TrueBook(book);
        idByTime.put(now, book.lastUpdateId());
    }

    public final String symbol() {
        return symbol;
    }

    /** The exchange's clock. */
    public final synchronized Instant now() {
        return Instant.ofEpochMilli(now);
    }

    /** Lets that much time pass; listeners hear what happens, in this thread. */
    public final synchronized void step(Duration time) {
        long until = now + time.toMillis();
        advance(until);
        setNow(until);
    }

    /** Lets happen what happens up to a time, each at its own {@link #setNow}. */
    abstract void advance(long until);

    final void setNow(long time) {
        now = Math.max(now, time);
        idByTime.put(now, book.id());
    }

    final long millis() {
        return now;
    }

    final void emit(MarketEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    /** Hears every event from now on. */
    public final void listen(Consumer<MarketEvent> listener) {
        listeners.add(listener);
    }

    final void forget(Consumer<MarketEvent> listener) {
        listeners.remove(listener);
    }

    /** Takes a whole update into the true book, all of it under its last id. */
    final void apply(DepthUpdate update) {
        apply(update.finalUpdateId(), TrueBook.Side.BID, update.bids());
        apply(update.finalUpdateId(), TrueBook.Side.ASK, update.asks());
        book.moveTo(update.finalUpdateId());
    }

    private void apply(long id, TrueBook.Side side, PriceLevels levels) {
        for (int i = 0; i < levels.size(); i++) {
            book.set(id, side, levels.price(i), levels.quantity(i));
        }
    }

    /** The update id that the true book has reached. */
    public final synchronized long updateId() {
        return book.id();
    }

    /**
     * The whole true book at an update id. A recording tells the truth only at the last ids of its updates: between two of
     * them this is the book at the earlier.
     *
     * @throws IllegalArgumentException when the id is before the market's start or not reached yet
     */
    public final synchronized OrderBook trueBook(long updateId) {
        return OrderBook.of(book.at(updateId));
    }

    /** All raw trades so far. */
    public final synchronized List<Trade> trueTrades() {
        return List.copyOf(trades.raw());
    }

    /** The bars of all raw trades so far; the one that is still open is partial. */
    public final synchronized List<TradeBar> trueBars(Duration size) {
        return trades.bars(size.toMillis(), now);
    }

    /** As {@link #trueBars(Duration)}, of those that begin then or later. */
    public final synchronized List<TradeBar> trueBars(Duration size, Instant from) {
        return trades.bars(size.toMillis(), now, from.toEpochMilli());
    }

    /** The book as REST serves it. */
    final synchronized DepthSnapshot snapshot(int limit) {
        return book.snapshot(limit);
    }

    /** The book as REST served it a while ago. */
    final synchronized DepthSnapshot snapshot(int limit, Duration age) {
        var then = idByTime.floorEntry(now - age.toMillis());
        DepthSnapshot old = book.at(then == null ? idByTime.firstEntry().getValue() : then.getValue());
        return new DepthSnapshot(old.lastUpdateId(), best(old.bids(), limit), best(old.asks(), limit));
    }

    private static PriceLevels best(PriceLevels levels, int limit) {
        PriceLevels.Builder best = new PriceLevels.Builder();
        for (int i = 0; i < Math.min(limit, levels.size()); i++) {
            best.add(levels.price(i), levels.quantity(i));
        }
        return best.build();
    }

    final synchronized List<Aggregate> aggregatesFrom(long id, int limit, int late) {
        return trades.fromId(id, limit, late);
    }

    final synchronized List<Aggregate> aggregatesSince(long time, long end, int limit, int late) {
        return trades.since(time, end, limit, late);
    }

    final synchronized List<Aggregate> newestAggregates(int limit, int late) {
        return List.copyOf(trades.newest(limit, late));
    }

    final synchronized List<Kline> klines(Duration size, long start, long end, int limit) {
        return trades.klines(size.toMillis(), now, start, end, limit);
    }
}
