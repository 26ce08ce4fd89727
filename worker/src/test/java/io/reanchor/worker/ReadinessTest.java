package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.temporal.testserver.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import redis.clients.jedis.Jedis;

/** Started without Temporal and Redis; both come later, and a recovery runs; then each goes, and Redis comes back. */
@Isolated
class ReadinessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final PrintStream console = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(console);
    }

    @Test
    void waitsForWhatIsNotThereYetThenRecovers() throws Exception {
        try (RedisServer redis = RedisServer.start();
                SimulatedExchange exchange = exchange()) {
            redis.kill();
            int temporal = Http.freePort();
            try (ReanchorWorker worker = ReanchorWorker.start(settings(temporal, redis, exchange))) {
                int port = worker.port();
                assertThat(Http.get(port, "/livez").status()).isEqualTo(200);
                assertThat(ready(port, 503, "TEMPORAL_ADDRESS", "REDIS_URI").body())
                        .contains("\"DOWN\"");

                try (var server = TestServer.createPortBoundServer(temporal);
                        var recovery = new Recovery("127.0.0.1:" + temporal)) {
                    ready(port, 503, "it begins when Redis is there too", "REDIS_URI");

                    redis.restart();
                    ready(port, 200, "\"polling\"", "\"master\"");
                    assertThat(Http.get(port, "/livez").status()).isEqualTo(200);
                    recovers(recovery, redis);
                    tellsThatNoReplicaHasIt(port);

                    redis.pause();
                    ready(port, 503, "REDIS_URI");
                    assertThat(Http.get(port, "/livez").status()).isEqualTo(200);
                    redis.resume();
                    ready(port, 200);
                    onlyWhatOperatorsNeedIsThere(port);
                }
                ready(port, 503, "TEMPORAL_ADDRESS");
                assertThat(Http.get(port, "/livez").status()).isEqualTo(200);
            }
            assertThat(Files.readString(folder.resolve("worker.log")))
                    .contains("ready: polling for recoveries", "[reanchor-BTCUSDT]", "stopped after");
            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .as("printed, though logs were sent to a file")
                    .isEmpty();
        }
    }

    private static SimulatedExchange exchange() throws Exception {
        SimulatedExchange exchange = SimulatedExchange.start(
                new SyntheticMarket(21, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2024-08-08T12:00:00Z")));
        exchange.step(Duration.ofSeconds(30));
        return exchange;
    }

    private static void recovers(Recovery recovery, RedisServer redis) throws Exception {
        ReanchorResult result = recovery.start("BTCUSDT").getResult(60, TimeUnit.SECONDS, ReanchorResult.class);

        assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(result.book()).isNotNull();
        assertThat(result.book().source()).isEqualTo("simulated");
        try (var jedis = new Jedis(redis.host(), redis.port())) {
            assertThat(jedis.exists("book:BTCUSDT", "tr:BTCUSDT:1s", "tr:BTCUSDT:5s", "feat:BTCUSDT"))
                    .isEqualTo(4);
        }
    }

    /** One was asked for, and there is none. */
    private static void tellsThatNoReplicaHasIt(int port) throws Exception {
        String metric = "reanchor_replication_shortfall_total";
        String metrics =
                Await.until(LIMIT, () -> Http.get(port, "/actuator/prometheus").body(), body -> body.contains(metric));
        assertThat(metrics.lines().filter(line -> line.startsWith(metric)))
                .singleElement()
                .asString()
                .contains("outcome=\"committed\"")
                .endsWith(" 1.0");
    }

    private static void onlyWhatOperatorsNeedIsThere(int port) throws InterruptedException {
        for (String path : List.of(
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/actuator/info",
                "/actuator/prometheus")) {
            assertThat(Http.get(port, path).status()).as(path).isEqualTo(200);
        }
        assertThat(Http.get(port, "/actuator/prometheus").body())
                .contains("temporal_long_request_total", "jvm_memory_used_bytes");
        for (String path : List.of("/actuator", "/actuator/env", "/actuator/beans", "/actuator/heapdump", "/")) {
            assertThat(Http.get(port, path).status()).as(path).isEqualTo(404);
        }
    }

    private static Http.Answer ready(int port, int status, String... texts) throws Exception {
        return Await.until(
                LIMIT,
                () -> Http.get(port, "/readyz"),
                answer -> answer.status() == status && List.of(texts).stream().allMatch(answer.body()::contains));
    }

    private Map<String, String> settings(int temporal, RedisServer redis, SimulatedExchange exchange) {
        return Map.of(
                "server.port", "0",
                "spring.temporal.connection.target", "127.0.0.1:" + temporal,
                "redis.uri", "redis://127.0.0.1:" + redis.port() + "/0",
                // Not what is tested here, and a busy machine is slower than 100 ms now and then.
                "redis.operation_timeout_ms", "2000",
                "redis.keys.book", "book:<symbol>",
                "redis.cutover.wait_replicas", "1",
                "re_anchor.sources[0].name", "simulated",
                "re_anchor.sources[0].base_url", exchange.restUri().toString(),
                "logging.threshold.console", "off",
                "logging.file.name", folder.resolve("worker.log").toString());
    }
}
