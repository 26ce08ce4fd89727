package io.reanchor.demo;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;

/** Polls a symbol's keys every millisecond, in one transaction, and times what it sees. Thread-safe. */
final class GapReader implements AutoCloseable {
    /** What was sent this long ago must be in the book, or the book must say that it is behind: one update's beat. */
    private static final long ON_ITS_WAY = TimeUnit.MILLISECONDS.toNanos(100);

    private final Jedis redis;
    private final DemoKeys keys;
    private final NavigableMap<Long, Long> sent;
    private final Thread thread = new Thread(this::poll, "gap-reader");
    private volatile boolean closed;
    private long begins = Long.MAX_VALUE;
    private long backId = Long.MAX_VALUE;
    private long backAt = Long.MAX_VALUE;
    private long outage;
    private long silent;
    private long suspectedAt;
    private long trueAt;
    private long lastPoll;
    private @Nullable RuntimeException failure;

    /**
     * What was seen of one gap; nanoseconds.
     *
     * @param outage how long keys were missing or empty
     * @param silent how long, after events were back, the book was behind without saying so
     * @param suspectedAt when it first said so
     * @param trueAt when it had the first event after the gap, and book, bars and features were of one generation and unsuspected
     */
    record Seen(long outage, long silent, long suspectedAt, long trueAt) {}

    /** @param sent when each update was sent, by its last id */
    GapReader(URI redis, String symbol, NavigableMap<Long, Long> sent) {
        this.redis = new Jedis(redis);
        this.keys = new DemoKeys(symbol);
        this.sent = sent;
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void begin(long now) {
        begins = now;
        backId = Long.MAX_VALUE;
        backAt = Long.MAX_VALUE;
        outage = 0;
        silent = 0;
        suspectedAt = 0;
        trueAt = 0;
    }

    /** @param id the last id of the first update after the gap, which was sent {@code at} */
    synchronized void eventsAreBack(long id, long at) {
        backId = id;
        backAt = at;
    }

    synchronized boolean isTrueAgain() {
        if (failure != null) {
            throw failure;
        }
        return trueAt > 0;
    }

    synchronized Seen end() {
        begins = Long.MAX_VALUE;
        return new Seen(outage, silent, suspectedAt, trueAt);
    }

    private void poll() {
        try {
            while (!closed) {
                long now = System.nanoTime();
                look(now);
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = closed ? null : e;
            }
        }
    }

    private void look(long now) {
        List<List<String>> seen;
        try (AbstractTransaction read = redis.multi()) {
            List<Response<List<String>>> replies = List.of(
                    read.hmget(keys.book(), "gen", "lastUpdateId", "suspectFrom", "suspectAt"),
                    read.hmget(keys.bars1s(), "gen", "lastTradeId", "suspectFrom", "suspectAt"),
                    read.hmget(keys.bars5s(), "gen", "lastTradeId", "suspectFrom", "suspectAt"),
                    read.hmget(keys.features(), "gen", "asOfUpdateId"));
            read.exec();
            seen = replies.stream().map(Response::get).toList();
        }
        judge(now, seen);
    }

    private synchronized void judge(long now, List<List<String>> seen) {
        long since = lastPoll == 0 ? 0 : now - lastPoll;
        lastPoll = now;
        if (now < begins || begins == Long.MAX_VALUE) {
            return;
        }
        String gen = seen.get(0).get(0);
        if (gen == null || seen.get(0).get(1) == null) {
            outage += since;
            return;
        }
        boolean suspect = seen.get(0).get(2) != null || seen.get(0).get(3) != null;
        long id = Long.parseLong(seen.get(0).get(1));
        if (suspect && suspectedAt == 0) {
            suspectedAt = now;
        }
        if (now < backAt) {
            return;
        }
        Map.Entry<Long, Long> next = sent.higherEntry(id);
        if (!suspect && next != null && now - next.getValue() > ON_ITS_WAY) {
            silent += since;
        }
        boolean oneGeneration = seen.stream().allMatch(key -> gen.equals(key.get(0)));
        boolean unsuspected = seen.stream().limit(3).allMatch(key -> key.get(2) == null && key.get(3) == null);
        if (trueAt == 0 && id >= backId && oneGeneration && unsuspected) {
            trueAt = now;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        redis.close();
    }
}
