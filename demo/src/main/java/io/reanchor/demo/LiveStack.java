package io.reanchor.demo;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.kit.Connections;
import io.reanchor.live.LiveFeed;
import io.reanchor.testkit.RedisServer;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writer, gap detector and worker in this process, against any exchange that speaks Binance spot's format; with a Redis and a Temporal
 * of its own where none is named. Ends with its process, or when it is closed. Thread-safe.
 */
public final class LiveStack implements AutoCloseable {
    /** Everything may share this machine's processors: the worker's default of 100 ms is for servers. */
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(1);

    /** The worker's own. */
    private static final Duration LOOK_BACK = Duration.ofMinutes(5);

    private final Parts parts = new Parts();
    private final URI redis;
    private final String temporal;
    private final URI health;
    private final ReanchorClient client;
    private final LiveFeed feed;

    /**
     * What to run against.
     *
     * @param symbols as the exchange writes them
     * @param rest base URL of its REST interface
     * @param streams base URL of its streams
     * @param redis of a standalone server; null for one of our own, which forgets everything
     * @param temporal {@code host:port}; null for Temporal's test server, in this process
     * @param retention of journals and bars
     * @param worker further settings of the worker, by the names of docs/configuration.md
     */
    public record Options(
            List<String> symbols,
            URI rest,
            URI streams,
            @Nullable URI redis,
            @Nullable String temporal,
            Retention retention,
            Map<String, String> worker) {}

    /**
     * How long what is written is kept.
     *
     * @param journals longer than a recovery waits and takes
     * @param bars how far back bars go
     */
    public record Retention(Duration journals, Duration bars) {
        public static final Retention DEFAULT = new Retention(Duration.ofMinutes(15), Duration.ofHours(1));
    }

    /**
     * Starts it all, and returns when the worker is ready; the live keys come by themselves.
     *
     * @param say told what comes up, a line each
     * @throws RuntimeException when something can't be used: then nothing of it is left
     */
    public static LiveStack start(Options options, Consumer<String> say) throws InterruptedException {
        return new LiveStack(options, say);
    }

    private LiveStack(Options options, Consumer<String> say) throws InterruptedException {
        try {
            redis = options.redis() == null ? parts.add(RedisServer.start()).uri() : options.redis();
            say.accept("redis     %s:%d, %s"
                    .formatted(redis.getHost(), redis.getPort(), options.redis() == null ? "its own" : "yours"));
            temporal = options.temporal() == null
                    ? parts.add(TemporalInProcess.start()).address()
                    : options.temporal();
            say.accept("temporal  %s, %s"
                    .formatted(
                            temporal, options.temporal() == null ? "its own test server, in this process" : "yours"));
            WorkerInProcess.Started worker = WorkerInProcess.start(
                    redis, REDIS_TIMEOUT, temporal, options.rest().getHost(), options.rest(), worker(options));
            parts.add(worker.worker());
            Health.awaitReady(worker.port());
            health = Health.readiness(worker.port());
            say.accept("worker    in this process, health on " + health);
            client = parts.add(ReanchorClient.connect(ReanchorClientOptions.DEFAULT.withAddress(temporal)));
            feed = parts.add(LiveFeed.start(
                    new LiveFeed.Settings(
                            options.streams(),
                            options.symbols(),
                            worker.worker().keyspace(),
                            options.retention().journals(),
                            options.retention().bars(),
                            "reanchor live"),
                    Connections.standalone(redis, REDIS_TIMEOUT),
                    client::recover,
                    InstantSource.system()));
            say.accept("feed      %s of %s".formatted(options.symbols(), options.streams()));
        } catch (RuntimeException | InterruptedException e) {
            parts.close();
            throw e;
        }
    }

    /** A cut-over carries as many bars over as the writer keeps. */
    private static Map<String, String> worker(Options options) {
        Map<String, String> settings = new HashMap<>();
        Duration bars = options.retention().bars();
        settings.put("re_anchor.bars.retention", bars.toSeconds() + "s");
        if (bars.compareTo(LOOK_BACK) < 0) {
            settings.put("re_anchor.bars.look_back", bars.toSeconds() + "s");
        }
        settings.putAll(options.worker());
        return settings;
    }

    public URI redis() {
        return redis;
    }

    /** Temporal's {@code host:port}. */
    public String temporal() {
        return temporal;
    }

    /** The worker's readiness. */
    public URI health() {
        return health;
    }

    /** To the recoveries. */
    public ReanchorClient client() {
        return client;
    }

    /** How each symbol stands. */
    public LiveFeed feed() {
        return feed;
    }

    /**
     * Waits until a symbol has all that was ever in hand, and isn't doubted.
     *
     * @throws IllegalStateException when it hasn't by then
     */
    void awaitWhole(String symbol, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        LiveFeed.Standing standing = feed.standing(symbol);
        while (!standing.isWhole() || standing.doubted()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "%s isn't whole after %d s: %s".formatted(symbol, patience.toSeconds(), standing));
            }
            Thread.sleep(1);
            standing = feed.standing(symbol);
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
