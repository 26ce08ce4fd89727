package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.worker.ReanchorWorker;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;

/** Reports by a stream in Redis, with the least rights that the page names: taken, taken from a reader who died, taken once Temporal is there, refused. */
@Timeout(120)
class RequestsTest {
    private static final String STREAM = "reanchor:requests";
    private static final String SYMBOL = "BTCUSDT";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HISTORY = Duration.ofSeconds(60);

    @Test
    void aReportInTheStreamBecomesARecovery() throws Exception {
        SyntheticMarket market = new SyntheticMarket(
                6, SYMBOL, new BigDecimal("61800"), Instant.now().minus(HISTORY));
        try (RedisServer server = RedisServer.start();
                Jedis redis = new Jedis(server.uri());
                SimulatedExchange exchange = SimulatedExchange.start(market)) {
            exchange.step(HISTORY);
            exchange.goLive(1);
            leastRights(redis);
            StreamEntryID left = leftBehind(redis);
            // Temporal comes last: until then reports wait.
            int port = TemporalInProcess.Ports.free();
            try (ReanchorWorker worker = WorkerInProcess.start(
                    URI.create("redis://reanchor:secret@127.0.0.1:" + server.port()),
                    Duration.ofSeconds(2),
                    "127.0.0.1:" + port,
                    "simulated",
                    exchange.restUri(),
                    0,
                    Map.of("re_anchor.requests.enabled", "true"))) {
                redis.xadd(STREAM, StreamEntryID.NEW_ENTRY, Map.of("symbol", "NOSUCH", "colour", "red"));
                redis.xadd(STREAM, StreamEntryID.NEW_ENTRY, Map.of("symbol", SYMBOL, "lastUpdateId", "many"));
                await("both are buried", () -> redis.xlen(STREAM + ":dead") == 2);
                await("the one left behind alone remains", () -> redis.xlen(STREAM) == 1);

                try (var temporal = io.temporal.testserver.TestServer.createPortBoundServer(port)) {
                    await("the one left behind is recovered", () -> redis.exists("meta:" + SYMBOL));
                    String first = redis.hget("meta:" + SYMBOL, "gen");
                    await("and done", () -> redis.xlen(STREAM) == 0);
                    redis.xadd(STREAM, StreamEntryID.NEW_ENTRY, Map.of("symbol", SYMBOL, "reason", "another"));
                    await(
                            "another too",
                            () -> !redis.hget("meta:" + SYMBOL, "gen").equals(first));
                    await(
                            "all are acknowledged",
                            () -> redis.xpending(STREAM, "reanchor").getTotal() == 0);
                }
            }
            List<StreamEntry> dead = redis.xrange(STREAM + ":dead", StreamEntryID.MINIMUM_ID, StreamEntryID.MAXIMUM_ID);
            assertThat(dead)
                    .extracting(entry -> entry.getFields().get("why"))
                    .satisfiesExactly(
                            why -> assertThat(why).startsWith("[colour]: not known; expected some of [firstTradeId,"),
                            why -> assertThat(why).isEqualTo("lastUpdateId is \"many\": expected a whole number"));
            assertThat(dead)
                    .extracting(entry -> entry.getFields().get("symbol"))
                    .containsExactly("NOSUCH", SYMBOL);
            assertThat(left).isNotNull();
        }
    }

    /** Read by somebody who never said that it was done. */
    private static StreamEntryID leftBehind(Jedis redis) {
        StreamEntryID id = redis.xadd(STREAM, StreamEntryID.NEW_ENTRY, Map.of("symbol", SYMBOL, "reason", "lost"));
        redis.xgroupCreate(STREAM, "reanchor", new StreamEntryID(), true);
        assertThat(redis.xreadGroup(
                        "reanchor",
                        "died",
                        XReadGroupParams.xReadGroupParams().count(1),
                        Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY)))
                .hasSize(1);
        return id;
    }

    private static void leastRights(Jedis redis) throws Exception {
        String root = Objects.requireNonNullElse(System.getProperty("reanchor.root"), "..");
        List<String> rule = Arrays.asList(Files.readString(Path.of(root, "deploy/redis/users.acl"))
                .strip()
                .split(" "));
        redis.aclSetUser("reanchor", rule.subList(2, rule.size()).toArray(String[]::new));
        redis.aclSetUser("reanchor", "on", ">secret", "+xgroup|create", "+xreadgroup", "+xautoclaim", "+xack", "+xdel");
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
