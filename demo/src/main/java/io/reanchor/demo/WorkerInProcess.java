package io.reanchor.demo;

import io.reanchor.worker.ReanchorWorker;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Starts a worker as a guest of this process. */
public final class WorkerInProcess {
    /** The worker's usual port. */
    static final int HEALTH_PORT = 8084;

    private WorkerInProcess() {}

    /** A worker, and the port that its health is on. */
    record Started(ReanchorWorker worker, int port) {}

    /** As {@link #start}, on the usual port, or on a free one when that is taken. */
    static Started start(
            URI redis, Duration redisTimeout, String temporal, String source, URI rest, Map<String, String> more) {
        if (TemporalInProcess.Ports.isFree(HEALTH_PORT)) {
            try {
                return new Started(start(redis, redisTimeout, temporal, source, rest, HEALTH_PORT, more), HEALTH_PORT);
            } catch (RuntimeException e) {
                if (!isTaken(e)) {
                    throw e;
                }
                // Somebody else was faster.
            }
        }
        int free = TemporalInProcess.Ports.free();
        return new Started(start(redis, redisTimeout, temporal, source, rest, free, more), free);
    }

    static boolean isTaken(@Nullable Throwable e) {
        return e != null && (e instanceof BindException || isTaken(e.getCause()));
    }

    /**
     * Starts one.
     *
     * @param source a name for the exchange
     * @param temporal {@code host:port}; what the shell has set for another Temporal isn't for this one
     * @param port of health and metrics; 0 for a free one
     * @param more further settings of the worker
     */
    public static ReanchorWorker start(
            URI redis,
            Duration redisTimeout,
            String temporal,
            String source,
            URI rest,
            int port,
            Map<String, String> more) {
        // What is logged, and where to, is the business of the process that the worker is a guest in.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger(); // Tomcat's own way to standard error
        SLF4JBridgeHandler.install();
        Map<String, String> settings = new HashMap<>(Map.of(
                "redis.uri",
                redis.toString(),
                "redis.operation_timeout_ms",
                Long.toString(redisTimeout.toMillis()),
                "spring.temporal.connection.target",
                temporal,
                "TEMPORAL_API_KEY",
                "",
                "TEMPORAL_TLS",
                "false",
                "re_anchor.sources[0].name",
                source,
                "re_anchor.sources[0].base_url",
                rest.toString(),
                "re_anchor.worker.drain_timeout_seconds",
                "5",
                "server.address",
                "127.0.0.1",
                "server.port",
                Integer.toString(port)));
        settings.putAll(more);
        return ReanchorWorker.start(settings);
    }
}
