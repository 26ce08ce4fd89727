package io.reanchor.testkit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Readers that read a symbol's four keys in one transaction, without pause, and judge what they see: every key there, none
 * empty, all of one generation, no id that goes back. Independent of what it judges: it reads raw replies.
 */
public final class TransactionalReaders implements AutoCloseable {
    private final List<Reader> readers = new ArrayList<>();
    private volatile boolean stopped;

    private final boolean patient;
    private final Duration pause;

    private TransactionalReaders(boolean patient, Duration pause) {
        this.patient = patient;
        this.pause = pause;
    }

    /**
     * Starts reading; the keys must be there already.
     *
     * @param keys order book, one-second bars, five-second bars, features
     */
    public static TransactionalReaders start(URI redis, int count, List<String> keys) {
        return start(new TransactionalReaders(false, Duration.ZERO), redis, count, keys);
    }

    /**
     * As {@link #start}, with a pause after each read; a server that doesn't answer, or is loading, is asked again until it does. What it had
     * must still be there then.
     */
    public static TransactionalReaders startPatiently(URI redis, int count, List<String> keys, Duration pause) {
        return start(new TransactionalReaders(true, pause), redis, count, keys);
    }

    private static TransactionalReaders start(TransactionalReaders all, URI redis, int count, List<String> keys) {
        for (int i = 0; i < count; i++) {
            Reader reader = new Reader(all, redis, keys, "reader-" + i);
            all.readers.add(reader);
            reader.start();
        }
        return all;
    }

    /** What was seen so far. */
    public Verdict soFar() {
        return readers.stream().map(Reader::verdict).reduce(Verdict.NONE, Verdict::plus);
    }

    /** Waits until every reader has read once more than it had. */
    public void awaitAnotherRead() throws InterruptedException {
        for (Reader reader : readers) {
            LongSupplier reads = () -> reader.verdict().reads();
            long before = reads.getAsLong();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (reads.getAsLong() <= before && reader.isAlive() && System.nanoTime() < end) {
                Thread.sleep(1);
            }
        }
    }

    /**
     * Ends the readers.
     *
     * @return what they saw
     * @throws IllegalStateException when one of them couldn't read
     */
    public Verdict stop() {
        close();
        for (Reader reader : readers) {
            RuntimeException failure = reader.failure;
            if (failure != null) {
                throw new IllegalStateException(reader.getName() + " failed", failure);
            }
        }
        return soFar();
    }

    @Override
    public void close() {
        stopped = true;
        boolean interrupted = false;
        for (Reader reader : readers) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What readers saw.
     *
     * @param reads transactions read
     * @param torn reads whose keys were of more than one generation
     * @param missing reads that lacked a key
     * @param empty reads in which a key had no content
     * @param backwards reads whose update id or generation was lower than in the read before
     * @param generations the most generations that one reader saw
     * @param examples the first few bad reads, in words
     */
    public record Verdict(
            long reads, long torn, long missing, long empty, long backwards, long generations, List<String> examples) {
        static final Verdict NONE = new Verdict(0, 0, 0, 0, 0, 0, List.of());
        private static final int EXAMPLES = 10;

        public Verdict {
            examples = List.copyOf(examples.subList(0, Math.min(EXAMPLES, examples.size())));
        }

        /** Whether nothing bad was seen. */
        public boolean clean() {
            return torn + missing + empty + backwards == 0;
        }

        /** Both together. */
        public Verdict plus(Verdict other) {
            List<String> both = new ArrayList<>(examples);
            both.addAll(other.examples);
            return new Verdict(
                    reads + other.reads,
                    torn + other.torn,
                    missing + other.missing,
                    empty + other.empty,
                    backwards + other.backwards,
                    Math.max(generations, other.generations),
                    both);
        }
    }

    private static final class Reader extends Thread {
        private final TransactionalReaders all;
        private final URI redis;
        private final List<String> keys;
        private final ReadJudge judge = new ReadJudge();
        private volatile Verdict verdict = Verdict.NONE;
        private volatile @Nullable RuntimeException failure;

        Reader(TransactionalReaders all, URI redis, List<String> keys, String name) {
            super(name);
            this.all = all;
            this.redis = redis;
            this.keys = keys;
            setDaemon(true);
        }

        Verdict verdict() {
            return verdict;
        }

        @Override
        public void run() {
            DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                    .user(JedisURIHelper.getUser(redis))
                    .password(JedisURIHelper.getPassword(redis))
                    .database(JedisURIHelper.getDBIndex(redis))
                    .ssl(JedisURIHelper.isRedisSSLScheme(redis))
                    .protocol(RedisProtocol.RESP2)
                    .build();
            while (!all.stopped && failure == null) {
                try (Connection connection = new Connection(JedisURIHelper.getHostAndPort(redis), config)) {
                    while (!all.stopped) {
                        verdict = judge.judge(read(connection));
                        rest();
                    }
                } catch (RuntimeException e) {
                    failure = all.patient && isAway(e) ? null : e;
                    rest();
                }
            }
        }

        private void rest() {
            LockSupport.parkNanos(all.pause.toNanos());
        }

        private static boolean isAway(RuntimeException e) {
            return e instanceof JedisConnectionException
                    || String.valueOf(e.getMessage()).startsWith("LOADING");
        }

        private List<Object> read(Connection connection) {
            connection.sendCommand(Command.MULTI);
            for (String key : keys) {
                connection.sendCommand(Command.HGETALL, key.getBytes(StandardCharsets.UTF_8));
            }
            connection.sendCommand(Command.EXEC);
            List<Object> replies = connection.getMany(keys.size() + 2);
            for (Object reply : replies) {
                if (reply instanceof JedisDataException refused) {
                    throw refused; // the first says why; EXEC only that something was
                }
            }
            return new ArrayList<>((List<?>) replies.get(keys.size() + 1));
        }
    }
}
