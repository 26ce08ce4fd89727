package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.Certificates;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.TemporalGate;
import io.temporal.testserver.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A worker takes part through a gate that asks for a client certificate and an API key; without the right ones it says what is wrong. */
@Isolated
class SecureTemporalTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String KEY = "planted-api-key";

    @TempDir
    Path folder;

    @Test
    void certificateAndKeyLetTheWorkerIn() throws Exception {
        Certificates certificates = Certificates.make(folder);
        int temporal = Http.freePort();
        try (var server = TestServer.createPortBoundServer(temporal);
                RedisServer redis = RedisServer.start();
                TemporalGate gate =
                        TemporalGate.before("127.0.0.1:" + temporal, certificates, Certificates.SERVER, KEY)) {
            ready(503, settings(certificates, redis, gate, Certificates.CLIENT, "wrong"), "TEMPORAL_API_KEY");
            ready(
                    503,
                    settings(certificates, redis, gate, Certificates.STRANGER, KEY),
                    "TEMPORAL_TLS_CLIENT_CERT_PATH");
            ready(200, settings(certificates, redis, gate, Certificates.CLIENT, KEY), "\"polling\"");
            assertThat(gate.authorizations()).contains("Bearer " + KEY);
        }
    }

    private static void ready(int status, Map<String, String> settings, String text) throws Exception {
        try (ReanchorWorker worker = ReanchorWorker.start(settings)) {
            Await.until(
                    LIMIT,
                    () -> Http.get(worker.port(), "/readyz"),
                    answer -> answer.status() == status && answer.body().contains(text));
        }
    }

    private static Map<String, String> settings(
            Certificates certificates, RedisServer redis, TemporalGate gate, String certificate, String key) {
        var settings = new HashMap<>(Map.of(
                "server.port", "0",
                "spring.temporal.connection.target", gate.address(),
                "redis.uri", redis.uri().toString(),
                "redis.operation_timeout_ms", "2000",
                "logging.threshold.console", "off"));
        settings.put("TEMPORAL_API_KEY", key);
        settings.put("TEMPORAL_TLS_SERVER_CA_CERT_PATH", certificates.ca().toString());
        settings.put(
                "TEMPORAL_TLS_CLIENT_CERT_PATH",
                certificates.certificate(certificate).toString());
        settings.put(
                "TEMPORAL_TLS_CLIENT_KEY_PATH", certificates.key(certificate).toString());
        return settings;
    }
}
