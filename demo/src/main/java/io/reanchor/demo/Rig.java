package io.reanchor.demo;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.testkit.RecordedMarket;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.SyntheticMarket;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a recovery needs, in this process or beside it: Redis, Temporal, a worker, an exchange. Real sockets between all of
 * them.
 *
 * @param market one symbol's market, and with it the truth
 * @param state reads the live keys
 */
record Rig(
        URI redis,
        String temporal,
        SimulatedExchange exchange,
        SimulatedMarket market,
        String marketText,
        int healthPort,
        ReanchorClient client,
        MarketState state,
        DemoKeys keys) {

    private static final long SEED = 20240808;
    private static final Duration HISTORY = Duration.ofSeconds(60);
    /** A recording is short: most of it is for the acts. */
    private static final Duration RECORDED_HISTORY = Duration.ofSeconds(15);

    /** Everything shares this machine's processors, compilers still at work: the default of 100 ms is for servers. */
    static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

    /**
     * @param parts gets whatever was started, also when this fails half way
     * @param narrator tells of each as it comes up
     * @throws Refused when something that was asked for can't be used
     */
    static Rig start(DemoOptions options, Parts parts, Narrator narrator) throws IOException, InterruptedException {
        SimulatedMarket market = market(options.recording());
        DemoKeys keys = new DemoKeys(market.symbol());
        String marketText = text(options.recording(), market);
        narrator.say("market    %s", marketText);
        URI redis = redis(options.redis(), keys, parts);
        narrator.say(
                "redis     %s:%d, %s",
                redis.getHost(), redis.getPort(), options.redis() == null ? "a redis-server of its own" : "yours");
        String temporal = temporal(options.temporal(), parts);
        narrator.say(
                "temporal  %s, %s",
                temporal, options.temporal() == null ? "its own test server, in this process" : "yours");
        SimulatedExchange exchange = parts.add(SimulatedExchange.start(market));
        exchange.step(options.recording() == null ? HISTORY : RECORDED_HISTORY);
        narrator.say("exchange  simulated, on %s and %s", exchange.restUri(), exchange.streamUri());

        WorkerInProcess.Started worker = WorkerInProcess.start(
                redis, REDIS_TIMEOUT, temporal, "simulated-exchange", exchange.restUri(), Map.of());
        parts.add(worker.worker());
        int port = worker.port();
        Health.awaitReady(port);
        narrator.say(
                "worker    in this process, health on %s%s",
                Health.readiness(port),
                port == WorkerInProcess.HEALTH_PORT ? "" : ", since " + WorkerInProcess.HEALTH_PORT + " is taken");
        exchange.goLive(1); // not before: a recording is short

        ReanchorClient client = parts.add(ReanchorClient.connect(ReanchorClientOptions.DEFAULT.withAddress(temporal)));
        MarketState state = parts.add(
                new MarketState(RedisSettings.of(redis).withOperationTimeout(REDIS_TIMEOUT), Clock.systemUTC()));
        return new Rig(redis, temporal, exchange, market, marketText, port, client, state, keys);
    }

    private static SimulatedMarket market(@Nullable Path recording) {
        if (recording == null) {
            // Its history ends now: the exchange's clock is ours.
            return new SyntheticMarket(
                    SEED, "DEMOUSDT", new BigDecimal("61800"), Instant.now().minus(HISTORY));
        }
        try {
            return RecordedMarket.read(recording);
        } catch (IOException e) {
            throw new Refused("--recording: " + e.getMessage(), e);
        }
    }

    /** Whether there is nothing more to come from the exchange. */
    boolean isOver() {
        return market instanceof RecordedMarket recorded && recorded.finished();
    }

    private static String text(@Nullable Path recording, SimulatedMarket market) {
        return recording == null
                ? "%s, a market made up from seed %d".formatted(market.symbol(), SEED)
                : "%s as recorded in %s, played from second %d"
                        .formatted(market.symbol(), recording.getFileName(), RECORDED_HISTORY.toSeconds());
    }

    private static URI redis(@Nullable URI there, DemoKeys keys, Parts parts) {
        if (there == null) {
            return parts.add(RedisServer.start()).uri();
        }
        parts.add(RedisThere.requireEmpty(there, keys));
        return there;
    }

    private static String temporal(@Nullable String there, Parts parts) {
        if (there == null) {
            return parts.add(TemporalInProcess.start()).address();
        }
        TemporalThere.requireFree(there);
        return there;
    }
}
