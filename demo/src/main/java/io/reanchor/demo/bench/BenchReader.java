package io.reanchor.demo.bench;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Response;

/** Reads a symbol's four keys in one transaction, each read at its time, and looks at what it sees. For one thread. */
final class BenchReader implements Runnable {
    private static final List<String> KEYS = PreparedCutOvers.READ;

    private final URI server;
    private final long start;
    private final long end;
    private final double every;
    private long[] times = new long[1024];
    private int count;
    private long torn;
    private long missing;
    private long stale;
    private long lastId;

    /** @param every nanoseconds between two reads; 0 for as soon as the one before has ended */
    BenchReader(URI server, long start, long end, double every) {
        this.server = server;
        this.start = start;
        this.end = end;
        this.every = every;
    }

    long[] times() {
        return Arrays.copyOf(times, count);
    }

    long torn() {
        return torn;
    }

    long missing() {
        return missing;
    }

    long stale() {
        return stale;
    }

    @Override
    public void run() {
        try (Jedis redis = new Jedis(server)) {
            redis.ping();
            ReadersBench.sleepUntil(start);
            for (int i = 0; ; i++) {
                long due = every == 0 ? System.nanoTime() : start + (long) (i * every);
                if (due >= end) {
                    return;
                }
                ReadersBench.sleepUntil(due);
                judge(read(redis));
                add(System.nanoTime() - due);
            }
        }
    }

    private static List<Map<String, String>> read(Jedis redis) {
        try (AbstractTransaction read = redis.multi()) {
            List<Response<Map<String, String>>> replies =
                    KEYS.stream().map(read::hgetAll).toList();
            read.exec();
            return replies.stream().map(Response::get).toList();
        }
    }

    private void judge(List<Map<String, String>> seen) {
        if (seen.stream().anyMatch(key -> key.size() < 3)) {
            missing++;
            return;
        }
        String gen = seen.get(0).get("gen");
        if (gen == null || !seen.stream().allMatch(key -> gen.equals(key.get("gen")))) {
            torn++;
        }
        long id = Long.parseLong(seen.get(0).getOrDefault("lastUpdateId", "-1"));
        if (id < lastId) {
            stale++;
        }
        lastId = Math.max(lastId, id);
    }

    private void add(long time) {
        if (count == times.length) {
            times = Arrays.copyOf(times, count * 2);
        }
        times[count++] = time;
    }
}
