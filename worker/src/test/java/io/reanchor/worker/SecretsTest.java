package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.client.ReanchorException;
import io.reanchor.client.Recovery;
import io.reanchor.testkit.Certificates;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalGate;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import io.temporal.testserver.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** Plants secrets wherever one can be given, lets a recovery succeed and another fail, and searches all that comes out for them. */
@Isolated
class SecretsTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String PASSWORD = "planted-redis-password";
    private static final String SENTINEL_PASSWORD = "planted-sentinel-password";
    private static final String API_KEY = "planted-api-key";

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void stopListening() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void nothingThatComesOutHasASecretInIt() throws Exception {
        Certificates certificates = Certificates.make(folder);
        String key = Files.readString(certificates.key(Certificates.CLIENT));
        var seen = new StringBuilder();
        int temporal = Http.freePort();
        String target = "127.0.0.1:" + temporal;
        try (RedisServer redis = RedisServer.start();
                RedisServer sentinel = sentinelOf(redis);
                SimulatedExchange exchange = SimulatedExchange.start(new SyntheticMarket(
                        21, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2024-08-08T12:00:00Z")));
                var server = TestServer.createPortBoundServer(temporal);
                TemporalGate gate = TemporalGate.before(target, certificates, Certificates.SERVER, API_KEY)) {
            exchange.step(Duration.ofSeconds(30));
            requirePassword(redis, "", PASSWORD);
            Map<String, String> security = Map.of(
                    "TEMPORAL_API_KEY",
                    API_KEY,
                    "TEMPORAL_TLS_CLIENT_CERT_PATH",
                    certificates.certificate(Certificates.CLIENT).toString(),
                    "TEMPORAL_TLS_CLIENT_KEY_DATA",
                    key,
                    "TEMPORAL_TLS_SERVER_CA_CERT_PATH",
                    certificates.ca().toString());
            try (ReanchorWorker worker = ReanchorWorker.start(settings(security, gate, sentinel, exchange));
                    ReanchorClient client = ReanchorClient.connect(ReanchorClientOptions.fromEnvironment(security)
                            .withAddress(gate.address())
                            .withCallTimeout(LIMIT))) {
                Await.until(LIMIT, () -> Http.get(worker.port(), "/readyz"), answer -> answer.status() == 200);
                seen.append(end(client.recover(request(), LIMIT)));
                look(worker, seen);
                assertThat(seen).contains("COMMITTED", "temporal_request_total");

                requirePassword(redis, PASSWORD, "another");
                Recovery recovery = client.recover(request(), LIMIT);
                String history = Await.until(
                        LIMIT,
                        () -> History.of(target, recovery.workflowId()).toString(),
                        text -> text.contains("WRONGPASS"));
                look(worker, seen);
                requirePassword(redis, "another", PASSWORD);
                seen.append(end(recovery)).append(client.status("BTCUSDT")).append(history);
            }
        }
        seen.append(log()).append(printed.toString(StandardCharsets.UTF_8));

        for (String secret : List.of(
                PASSWORD, SENTINEL_PASSWORD, API_KEY, key.lines().toList().get(1))) {
            assertThat(seen.indexOf(secret)).as(secret).isNegative();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis.uri | redis://user:planted@host:port/0",
                "redis.uri | redis://:plan/planted@host:6379",
                "redis.uri | redis:planted@host",
                "redis.uri | redis://host:6379/0?password=planted",
                "redis.uri | redis://:with blank planted@host",
                "re_anchor.sources[0].base_url | https://user:planted@api.binance.com",
                "re_anchor.sources[0].base_url | https://api.binance.com/?apikey=planted",
                "re_anchor.sources[0].base_url | https://api.binance.com/#planted",
                "redis.pasword | planted",
                "redis.sentinel.password | two words planted",
                "TEMPORAL_API_KEY | two words planted",
                "TEMPORAL_ADDRESS | user:planted@host:7233",
            })
    void aRefusedConfigurationIsNamedButNotItsSecrets(String name, String value) {
        Throwable refused = catchThrowable(() -> ReanchorWorker.start(Map.of(name, value, "server.port", "0")));

        assertThat(refused).isNotNull();
        assertThat(trace(refused) + printed.toString(StandardCharsets.UTF_8))
                .contains(name)
                .doesNotContain("planted");
    }

    private static ReanchorRequest request() {
        return new ReanchorRequest("BTCUSDT", FeedGap.UNKNOWN, "a test", "worker's tests", null);
    }

    /** What the client learns, and every message on the way to it. */
    private static String end(Recovery recovery) {
        try {
            return recovery.await(LIMIT).toString();
        } catch (ReanchorException e) {
            return trace(e);
        }
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("worker.log"));
    }

    private static void look(ReanchorWorker worker, StringBuilder seen) throws InterruptedException {
        for (String path : List.of(
                "/readyz",
                "/livez",
                "/actuator/health",
                "/actuator/info",
                "/actuator/prometheus",
                "/actuator/env",
                "/actuator/configprops",
                "/actuator/metrics",
                "/actuator/loggers",
                "/actuator/threaddump",
                "/actuator/mappings",
                "/no/such/path")) {
            seen.append(Http.get(worker.port(), path).body()).append('\n');
        }
    }

    private static RedisServer sentinelOf(RedisServer redis) {
        return RedisServer.startSentinel("""
                sentinel monitor mymaster %s %d 1
                sentinel auth-pass mymaster %s
                requirepass %s
                """.formatted(redis.host(), redis.port(), PASSWORD, SENTINEL_PASSWORD));
    }

    private static void requirePassword(RedisServer redis, String now, String next) {
        try (Jedis admin = new Jedis(redis.host(), redis.port())) {
            if (!now.isEmpty()) {
                admin.auth(now);
            }
            admin.configSet("requirepass", next);
            admin.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private Map<String, String> settings(
            Map<String, String> security, TemporalGate gate, RedisServer sentinel, SimulatedExchange exchange) {
        var settings = new HashMap<>(security);
        settings.put("server.port", "0");
        settings.put("redis.uri", "redis://:" + PASSWORD + "@named-by-sentinel/0");
        settings.put("redis.sentinel.master", "mymaster");
        settings.put("redis.sentinel.nodes", sentinel.host() + ":" + sentinel.port());
        settings.put("redis.sentinel.password", SENTINEL_PASSWORD);
        settings.putAll(Map.of(
                "spring.temporal.connection.target", gate.address(),
                "redis.operation_timeout_ms", "2000",
                "re_anchor.operation_timeout_seconds", "60",
                "re_anchor.max_retry_attempts", "1", // so that the first failure stands in the history
                "re_anchor.sources[0].name", "simulated",
                "re_anchor.sources[0].base_url", exchange.restUri().toString(),
                "logging.level.io.reanchor", "debug",
                "logging.file.name", folder.resolve("worker.log").toString()));
        return settings;
    }
}
