package io.reanchor.demo;

import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.workflow.FeedGap;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * A live writer without a journal, as simple as the protocol allows: what it can't apply it keeps in memory and tries again, in order,
 * at each event and every few milliseconds. What doesn't follow the live key it reports, again and again until it does. Thread-safe.
 */
final class SimpleWriter implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(10);

    private final Jedis redis;
    private final LiveBook book;
    private final LiveBars bars;
    private final Consumer<FeedGap> reports;
    private final BlockingQueue<Object> incoming = new LinkedBlockingQueue<>();
    private final Deque<DepthUpdate> updates = new ArrayDeque<>();
    private final Deque<Trade> trades = new ArrayDeque<>();
    private final Thread thread = new Thread(this::write, "demo-writer");
    private @Nullable Lack bookLack;
    private @Nullable Lack barsLack;
    private @Nullable Instant lastTradeAt;
    private boolean paused;
    private long appliedUpdates;
    private long appliedTrades;
    private @Nullable RuntimeException failure;
    private volatile boolean closed;

    /**
     * How the writer stands.
     *
     * @param bookLack why it can't go on with the book, or null when it can
     * @param barsLack why it can't go on with the bars, or null when it can
     * @param waiting updates that it keeps
     * @param waitingTrades number of trades that it keeps
     */
    record Standing(
            @Nullable Lack bookLack,
            @Nullable Lack barsLack,
            List<DepthUpdate> waiting,
            int waitingTrades,
            long appliedUpdates,
            long appliedTrades) {}

    /** @param reports told what is missing, as long as it is; must return at once */
    SimpleWriter(URI redis, DemoKeys keys, Consumer<FeedGap> reports) {
        this.redis = new Jedis(redis);
        this.book = new LiveBook(this.redis, keys);
        this.bars = new LiveBars(this.redis, keys);
        this.reports = reports;
        thread.setDaemon(true);
        thread.start();
    }

    void offer(DepthUpdate update) {
        incoming.add(update);
    }

    void offer(Trade trade) {
        incoming.add(trade);
    }

    /** Stops applying, from the return of this call on; events are kept. */
    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
    }

    /** @throws IllegalStateException when the writer has failed */
    synchronized Standing standing() {
        if (failure != null) {
            throw new IllegalStateException("the live writer failed: " + failure.getMessage(), failure);
        }
        return new Standing(bookLack, barsLack, List.copyOf(updates), trades.size(), appliedUpdates, appliedTrades);
    }

    private void write() {
        try {
            while (!closed) {
                FeedGap gap = round(incoming.poll(TICK.toMillis(), TimeUnit.MILLISECONDS));
                if (gap != null) {
                    reports.accept(gap);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void fail(RuntimeException e) {
        failure = closed ? null : e;
    }

    private synchronized @Nullable FeedGap round(@Nullable Object event) {
        for (Object next = event; next != null; next = incoming.poll()) {
            if (next instanceof DepthUpdate update) {
                updates.add(update);
            } else {
                trades.add((Trade) next);
            }
        }
        if (paused) {
            return null;
        }
        bookLack = applyUpdates();
        barsLack = applyTrades();
        return bookLack == null && barsLack == null ? null : Lack.gap(bookLack, barsLack);
    }

    private @Nullable Lack applyUpdates() {
        for (DepthUpdate update = updates.peek(); update != null; update = updates.peek()) {
            LiveBook.Applied applied = book.apply(update);
            switch (applied.verdict()) {
                case APPLIED -> appliedUpdates++;
                case STALE -> {}
                case HELD -> {
                    return null;
                }
                case GAP, ABSENT -> {
                    Long has = applied.verdict() == Verdict.ABSENT ? null : applied.id();
                    return new Lack(has, update.firstUpdateId(), update.finalUpdateId(), null);
                }
            }
            updates.remove();
        }
        return null;
    }

    private @Nullable Lack applyTrades() {
        for (Trade trade = trades.peek(); trade != null; trade = trades.peek()) {
            switch (bars.apply(trade)) {
                case APPLIED -> {
                    appliedTrades++;
                    lastTradeAt = Instant.ofEpochMilli(trade.time());
                }
                case STALE -> {}
                case HELD -> {
                    return null;
                }
                case GAP, ABSENT -> {
                    return new Lack(bars.lastTradeId(), trade.firstTradeId(), trade.lastTradeId(), lastTradeAt);
                }
            }
            trades.remove();
        }
        return null;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(TimeUnit.SECONDS.toMillis(5));
        redis.close();
    }
}
