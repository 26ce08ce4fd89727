package io.reanchor.demo;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** Consumers of the live state: several threads, each reading all five keys in one transaction, again and again without pause. Thread-safe. */
final class Readers implements AutoCloseable {
    private final URI redis;
    private final DemoKeys keys;
    private final InstantSource clock;
    private final Map<String, Instant> firstSeen = new ConcurrentHashMap<>();
    private final Map<String, String> examples = new ConcurrentHashMap<>();
    private final List<Thread> threads;
    private long reads;
    private long torn;
    private long missing;
    private long empty;
    private long backwards;
    private long slowestMicros;
    private @Nullable RuntimeException failure;
    private volatile boolean closed;

    Readers(URI redis, DemoKeys keys, int count, InstantSource clock) {
        this.redis = redis;
        this.keys = keys;
        this.clock = clock;
        this.threads = IntStream.range(0, count)
                .mapToObj(i -> new Thread(this::readOnAndOn, "demo-reader-" + i))
                .toList();
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    int count() {
        return threads.size();
    }

    /** @throws IllegalStateException when a reader has failed */
    synchronized Reads soFar() {
        if (failure != null) {
            throw new IllegalStateException("a reader failed: " + failure.getMessage(), failure);
        }
        return new Reads(reads, torn, missing, empty, backwards, slowestMicros);
    }

    /** When a reader first had a generation in hand, or null when none has yet. */
    @Nullable
    Instant firstSeen(String generation) {
        return firstSeen.get(generation);
    }

    /** One example of each thing that was wrong. */
    List<String> examples() {
        return List.copyOf(examples.values());
    }

    private void readOnAndOn() {
        try (Jedis jedis = new Jedis(redis)) {
            Connection connection = jedis.getConnection();
            List<ReadState> before = List.of();
            while (!closed) {
                long start = System.nanoTime();
                List<ReadState> now = readAll(connection);
                long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
                if (now.get(0).generation() >= 0) {
                    firstSeen.computeIfAbsent(now.get(0).gen(), gen -> clock.instant());
                }
                count(now, before, micros);
                before = now;
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void fail(RuntimeException e) {
        failure = closed ? null : e;
    }

    private List<ReadState> readAll(Connection connection) {
        connection.sendCommand(Command.MULTI);
        keys.live().forEach(key -> connection.sendCommand(Command.HGETALL, key));
        connection.sendCommand(Command.EXEC);
        List<Object> replies = connection.getMany(keys.live().size() + 2);
        List<ReadState> states = new ArrayList<>();
        for (Object reply : (List<?>) replies.get(replies.size() - 1)) {
            if (reply instanceof RuntimeException error) {
                throw error;
            }
            states.add(new ReadState(reply));
        }
        return states;
    }

    private synchronized void count(List<ReadState> now, List<ReadState> before, long micros) {
        reads++;
        slowestMicros = Math.max(slowestMicros, micros);
        ReadState book = now.get(0);
        ReadState ones = now.get(1);
        ReadState fives = now.get(2);
        ReadState features = now.get(3);
        List<String> lacking = IntStream.range(0, now.size())
                .filter(i -> now.get(i).isMissing())
                .mapToObj(i -> keys.live().get(i))
                .toList();
        if (!lacking.isEmpty()) {
            missing++;
            examples.putIfAbsent("missing", "missing: " + lacking);
            return;
        }
        if (book.isEmptyBook() || ones.isWithoutContent() || fives.isWithoutContent() || features.isWithoutContent()) {
            empty++;
            examples.putIfAbsent("empty", "empty: one of " + keys.live() + " of generation " + book.gen());
        }
        if (!now.stream().allMatch(key -> key.gen().equals(book.gen()))
                || ones.id() != fives.id()
                || features.asOfUpdateId() > book.id()) {
            torn++;
            examples.putIfAbsent(
                    "torn",
                    "torn: generations " + now.stream().map(ReadState::gen).toList());
        }
        // A read that lacked a key has nothing to compare with.
        if (!before.isEmpty() && before.stream().noneMatch(ReadState::isMissing)) {
            ReadState earlier = before.get(0);
            if (book.generation() < earlier.generation()
                    || book.id() < earlier.id()
                    || ones.id() < before.get(1).id()) {
                backwards++;
                examples.putIfAbsent(
                        "backwards",
                        "backwards: generation %s at %d after %s at %d"
                                .formatted(book.gen(), book.id(), earlier.gen(), earlier.id()));
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        for (Thread thread : threads) {
            thread.join(Duration.ofSeconds(5).toMillis());
        }
    }
}
