package io.reanchor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.testkit.Certificates;
import io.reanchor.testkit.TemporalGate;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** mTLS and an API key, by Temporal's own environment names, against a gate that asks for both. */
class SecureTemporalTest {
    private static final String KEY = "eyJ.planted-api-key";

    /** Never used up where all is well: a refusal comes at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static TestServer.PortBoundTestServer server;
    private static String target;

    @BeforeAll
    static void start() throws IOException {
        certificates = Certificates.make(folder);
        try (ServerSocket free = new ServerSocket(0)) {
            target = "127.0.0.1:" + free.getLocalPort();
        }
        server = TestServer.createPortBoundServer(Integer.parseInt(target.substring(target.indexOf(':') + 1)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void certificateAndKeyLetTheClientIn() {
        try (TemporalGate gate = gate(Certificates.SERVER)) {
            isLetIn(gate, environment());
            assertThat(gate.authorizations()).containsExactly("Bearer " + KEY);
        }
    }

    @Test
    void theSameGivenAsTexts() throws IOException {
        try (TemporalGate gate = gate(Certificates.SERVER)) {
            Map<String, String> texts = new HashMap<>(Map.of("TEMPORAL_API_KEY", KEY));
            for (String name : new String[] {"CLIENT_CERT", "CLIENT_KEY", "SERVER_CA_CERT"}) {
                Path file = Path.of(environment().get("TEMPORAL_TLS_" + name + "_PATH"));
                texts.put("TEMPORAL_TLS_" + name + "_DATA", Files.readString(file));
            }
            isLetIn(gate, texts);
        }
    }

    @Test
    void aWrongKeyIsRefused() {
        try (TemporalGate gate = gate(Certificates.SERVER)) {
            ReanchorException refused = asking(gate.address(), with("TEMPORAL_API_KEY", "another-planted-key"));
            assertThat(refused.type()).isEqualTo(ReanchorException.TEMPORAL_REFUSED);
            assertThat(refused).hasMessageContaining("no such API key").hasMessageContaining("TEMPORAL_API_KEY");
            assertThat(refused.getMessage()).doesNotContain("another-planted-key");
        }
    }

    @Test
    void aStrangersCertificateIsRefused() {
        try (TemporalGate gate = gate(Certificates.SERVER)) {
            Map<String, String> stranger = environment();
            stranger.put("TEMPORAL_TLS_CLIENT_CERT_PATH", path(certificates.certificate(Certificates.STRANGER)));
            stranger.put("TEMPORAL_TLS_CLIENT_KEY_PATH", path(certificates.key(Certificates.STRANGER)));
            isRefused(gate, stranger, "it ends the TLS handshake", "TEMPORAL_TLS_CLIENT_CERT_PATH");
        }
    }

    @Test
    void noCertificateIsRefused() {
        try (TemporalGate gate = gate(Certificates.SERVER)) {
            Map<String, String> none = environment();
            none.remove("TEMPORAL_TLS_CLIENT_CERT_PATH");
            none.remove("TEMPORAL_TLS_CLIENT_KEY_PATH");
            isRefused(gate, none, "it ends the TLS handshake (ALERT_CERTIFICATE_REQUIRED)");
        }
    }

    @Test
    void aServerThatNobodySignedIsRefused() {
        try (TemporalGate gate = gate(Certificates.STRANGER)) {
            String reason = "nobody trusted has signed its certificate";
            isRefused(gate, environment(), reason, "TEMPORAL_TLS_SERVER_CA_CERT_PATH");
            isRefused(gate, with("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "true"), reason);
        }
    }

    @Test
    void aServerOfAnotherNameIsRefused() {
        try (TemporalGate gate = gate(Certificates.ELSEWHERE)) {
            isRefused(gate, environment(), "No subject alternative names matching", "TEMPORAL_TLS_SERVER_NAME");

            isLetIn(gate, with("TEMPORAL_TLS_SERVER_NAME", Certificates.OTHER_NAME));
            isLetIn(gate, with("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "true"));
        }
    }

    @Test
    void plainTextWhereTlsIsSpokenIsNamed() {
        try (TemporalGate gate = gate(Certificates.SERVER)) {
            isRefused(gate, Map.of(), "set TEMPORAL_TLS=true if it wants TLS");
        }
    }

    @Test
    void tlsWherePlainTextIsSpokenIsNamed() {
        isRefused(asking(target, environment()), "it speaks plain text", "TEMPORAL_TLS=false");
    }

    private static TemporalGate gate(String certificate) {
        return TemporalGate.before(target, certificates, certificate, KEY);
    }

    private static Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "TEMPORAL_API_KEY", KEY,
                "TEMPORAL_TLS_CLIENT_CERT_PATH",
                        certificates.certificate(Certificates.CLIENT).toString(),
                "TEMPORAL_TLS_CLIENT_KEY_PATH",
                        certificates.key(Certificates.CLIENT).toString(),
                "TEMPORAL_TLS_SERVER_CA_CERT_PATH", certificates.ca().toString()));
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> environment = environment();
        environment.put(name, value);
        return environment;
    }

    private static void isLetIn(TemporalGate gate, Map<String, String> environment) {
        assertThat(asking(gate.address(), environment).type()).isEqualTo(ReanchorException.NOT_FOUND);
    }

    private static void isRefused(TemporalGate gate, Map<String, String> environment, String... inMessage) {
        isRefused(asking(gate.address(), environment), inMessage);
    }

    private static void isRefused(ReanchorException refused, String... inMessage) {
        assertThat(refused.type()).isEqualTo(ReanchorException.TEMPORAL_UNAVAILABLE);
        assertThat(refused.getMessage()).contains(inMessage).doesNotContain("\n", KEY);
    }

    /** Asks for a recovery that isn't there: who is let in is answered "not found". */
    private static ReanchorException asking(String address, Map<String, String> environment) {
        ReanchorClientOptions options = ReanchorClientOptions.fromEnvironment(environment)
                .withAddress(address)
                .withCallTimeout(PATIENCE);
        try (ReanchorClient client = ReanchorClient.connect(options)) {
            return catchThrowableOfType(ReanchorException.class, () -> client.follow("BTCUSDT"));
        }
    }

    private static String path(Path file) {
        return file.toString();
    }
}
