package io.reanchor.demo;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/** Hears of every cut-over from Redis itself, which announces it in the transaction that does it. Thread-safe. */
final class CutOvers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CutOvers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Instant> heard = new ConcurrentHashMap<>();
    private final CountDownLatch listening = new CountDownLatch(1);
    private final Jedis redis;
    private final Thread thread;
    private final JedisPubSub channel;

    CutOvers(URI uri, DemoKeys keys, InstantSource clock) throws InterruptedException {
        this.redis = new Jedis(uri);
        this.channel = new JedisPubSub() {
            @Override
            public void onSubscribe(String name, int count) {
                listening.countDown();
            }

            @Override
            public void onMessage(String name, String generation) {
                heard.put(generation, clock.instant());
            }
        };
        this.thread = new Thread(() -> listen(keys.flag()), "demo-cut-overs");
        thread.setDaemon(true);
        thread.start();
        if (!listening.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("Redis doesn't confirm a subscription within " + Words.of(PATIENCE));
        }
    }

    private void listen(String name) {
        try {
            redis.subscribe(channel, name);
        } catch (JedisException e) {
            // Redis is gone, as at the end; a cut-over that wasn't heard of is named where it is asked for.
            log.debug("no longer listening to {}", name, e);
        }
    }

    /**
     * When a generation went live.
     *
     * @throws IllegalStateException when it wasn't announced
     */
    Instant of(String generation) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Instant at = heard.get(generation);
            if (at != null) {
                return at;
            }
            Thread.sleep(1);
        }
        throw new IllegalStateException("Redis announced no cut-over to generation " + generation);
    }

    @Override
    public void close() throws InterruptedException {
        if (channel.isSubscribed() && thread.isAlive()) {
            channel.unsubscribe();
        }
        thread.join(PATIENCE.toMillis());
        redis.close();
    }
}
