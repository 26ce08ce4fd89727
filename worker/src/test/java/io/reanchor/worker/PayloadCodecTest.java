package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.testserver.TestServer;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A codec on the class path sees all that goes into the history, from the client's side and the worker's; a recovery runs through it. */
@Isolated
class PayloadCodecTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What the SDK notes of a local activity, and gives to no codec: its id, its name, times, attempts. */
    private static final Pattern SDKS_OWN = Pattern.compile(
            "\"[0-9a-f-]{36}\"|\"Admit\"|\\d{13}|\\{\"firstSkd\":\\d+,\"atpt\":\\d+,\"backoff\":(null|\\d+)}");

    @TempDir
    Path folder;

    @Test
    void everyPayloadPassesTheCodec() throws Exception {
        Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(
                folder.resolve("META-INF/services").resolve(PayloadCodec.class.getName()), XorCodec.class.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader withCodec =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(withCodec);
            recover();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private void recover() throws Exception {
        int temporal = Http.freePort();
        String target = "127.0.0.1:" + temporal;
        try (RedisServer redis = RedisServer.start();
                SimulatedExchange exchange = SimulatedExchange.start(new SyntheticMarket(
                        21, "BTCUSDT", new BigDecimal("61837.63"), Instant.parse("2024-08-08T12:00:00Z")))) {
            exchange.step(Duration.ofSeconds(30));
            try (var server = TestServer.createPortBoundServer(temporal);
                    ReanchorWorker worker = ReanchorWorker.start(settings(target, redis, exchange));
                    ReanchorClient client = ReanchorClient.connect(
                            ReanchorClientOptions.DEFAULT.withAddress(target).withCallTimeout(LIMIT))) {
                Await.until(LIMIT, () -> Http.get(worker.port(), "/readyz"), answer -> answer.status() == 200);

                var recovery = client.recover(
                        new ReanchorRequest("BTCUSDT", FeedGap.UNKNOWN, "a secret reason", "a test", null), LIMIT);
                ReanchorResult result = recovery.await(LIMIT);

                assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
                var history = History.of(target, recovery.workflowId());
                List<Payload> payloads = History.payloads(history).stream()
                        .filter(payload -> !SDKS_OWN.matcher(payload.getData().toStringUtf8())
                                .matches())
                        .toList();
                assertThat(payloads)
                        .hasSizeGreaterThan(10)
                        .allSatisfy(payload -> assertThat(
                                        payload.getMetadataOrDefault("encoding", com.google.protobuf.ByteString.EMPTY))
                                .isEqualTo(XorCodec.ENCODING));
                assertThat(history.toString()).doesNotContain("a secret reason");
            }
        }
    }

    private static Map<String, String> settings(String target, RedisServer redis, SimulatedExchange exchange) {
        return Map.of(
                "server.port", "0",
                "spring.temporal.connection.target", target,
                "redis.uri", redis.uri().toString(),
                "redis.operation_timeout_ms", "2000",
                "re_anchor.sources[0].name", "simulated",
                "re_anchor.sources[0].base_url", exchange.restUri().toString(),
                "logging.threshold.console", "off");
    }
}
