package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Names;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Tells of each generation that goes live. A cut-over publishes it inside its transaction, so the news comes at once; what a lost connection, or
 * a server that fell silent, kept back is found by a look at the generation every now and then. Of several that went live meanwhile only the
 * newest is told. Thread-safe. To be closed.
 */
public final class CutOverNotices implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CutOverNotices.class);

    private final Connections connections;
    private final Names names;
    private final LiveStateReader reader;
    private final Duration rhythm;
    private final Consumer<String> listener;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread subscriber;
    private final Thread looker;
    private final Object telling = new Object();
    private @Nullable String told;
    private volatile @Nullable Connection subscribed;

    private CutOverNotices(Connections connections, Names names, Duration rhythm, Consumer<String> listener) {
        this.connections = connections;
        this.names = names;
        this.reader = new LiveStateReader(connections, names);
        this.rhythm = rhythm;
        this.listener = listener;
        this.subscriber = new Thread(this::subscribe, "cut-overs-" + names.symbol());
        this.looker = new Thread(this::lookNowAndThen, "generation-" + names.symbol());
        subscriber.setDaemon(true);
        looker.setDaemon(true);
    }

    /**
     * Begins with the generation that is live now, which is told first, as soon as Redis is there.
     *
     * @param rhythm how often the generation is looked at besides; also how long after a lost connection another is tried
     * @param listener told the generation, one at a time, on a thread of this class; should return soon, and not throw
     */
    public static CutOverNotices start(
            Connections connections, Names names, Duration rhythm, Consumer<String> listener) {
        if (rhythm.toMillis() <= 0) {
            throw new IllegalArgumentException("rhythm " + rhythm + ": expected a span of time");
        }
        CutOverNotices notices = new CutOverNotices(connections, names, rhythm, listener);
        notices.subscriber.start();
        notices.looker.start();
        return notices;
    }

    private void subscribe() {
        JedisPubSub pubSub = new JedisPubSub() {
            @Override
            public void onMessage(String channel, String generation) {
                synchronized (telling) {
                    if (told == null || number(generation) > number(told)) { // else a look was faster
                        tell(generation);
                    }
                }
            }
        };
        do {
            try (Connection connection = connections.open(names.channel())) {
                subscribed = connection;
                if (closing.getCount() > 0) {
                    pubSub.proceed(connection, names.channel());
                }
            } catch (JedisException e) {
                log.debug("{}: no notices, trying again in {}", names.channel(), rhythm, e);
            }
        } while (!isClosed(rhythm));
    }

    private void lookNowAndThen() {
        do {
            try {
                look();
            } catch (JedisException e) {
                log.debug("{}: can't look at the generation, trying again in {}", names.symbol(), rhythm, e);
            }
        } while (!isClosed(rhythm));
    }

    /** What was read while something was told may be the older of the two: then the next look decides. */
    private void look() {
        String before = lastTold();
        String generation = reader.generation();
        synchronized (telling) {
            if (Objects.equals(told, before)) {
                tell(generation);
            }
        }
    }

    private @Nullable String lastTold() {
        synchronized (telling) {
            return told;
        }
    }

    private static long number(String generation) {
        String number = generation.split("-", 2)[0];
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : -1;
    }

    private void tell(String generation) {
        synchronized (telling) {
            if (generation.isEmpty() || generation.equals(told) || closing.getCount() == 0) {
                return;
            }
            told = generation;
            try {
                listener.accept(generation);
            } catch (RuntimeException e) {
                log.warn("{}: the listener failed on generation {}", names.symbol(), generation, e);
            }
        }
    }

    private boolean isClosed(Duration after) {
        try {
            return closing.await(after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Connection connection = subscribed;
        if (connection != null) {
            connection.disconnect();
        }
        try {
            subscriber.join(TimeUnit.SECONDS.toMillis(5));
            looker.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
