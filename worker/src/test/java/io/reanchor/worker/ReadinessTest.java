package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.testkit.RedisServer;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testserver.TestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Started without Temporal and Redis; both come later; then Redis goes and comes back. */
@Isolated
class ReadinessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void waitsForWhatIsNotThereYetThenWorks() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            redis.kill();
            int temporal = Http.freePort();
            try (ReanchorWorker worker = ReanchorWorker.start(settings(temporal, redis), TestRecovery.class)) {
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
                    assertThatThrownBy(() -> recovery.start("FIRST").getResult(60, TimeUnit.SECONDS, Void.class))
                            .rootCause()
                            .isInstanceOfSatisfying(
                                    ApplicationFailure.class,
                                    failure -> assertThat(failure.getType()).isEqualTo(TestRecovery.FAILURE));

                    redis.pause();
                    ready(port, 503, "REDIS_URI");
                    redis.resume();
                    ready(port, 200);
                    onlyWhatOperatorsNeedIsThere(port);
                }
                ready(port, 503, "TEMPORAL_ADDRESS");
                assertThat(Http.get(port, "/livez").status()).isEqualTo(200);
            }
        }
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

    static Map<String, String> settings(int temporal, RedisServer redis) {
        return new HashMap<>(Map.of(
                "server.port", "0",
                "spring.temporal.connection.target", "127.0.0.1:" + temporal,
                "redis.uri", "redis://127.0.0.1:" + redis.port() + "/0"));
    }
}
