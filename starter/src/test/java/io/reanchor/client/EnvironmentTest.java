package io.reanchor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the environment says of Temporal is refused by name when it can't be, and secrets aren't repeated. */
class EnvironmentTest {
    private static final String PLANTED = "planted-secret";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TEMPORAL_TLS | yes | TEMPORAL_TLS is \"yes\": expected true or false",
                "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION | 1 | expected true or false",
                "TEMPORAL_TLS_CERT | /etc/client.pem | TEMPORAL_TLS_CERT is not read here",
                "TEMPORAL_TLS_CLIENT_CERT_PATH | /nowhere/client.pem | can't be read (NoSuchFileException)",
                "TEMPORAL_ADDRESS | https://temporal:7233 | expected HOST:PORT",
                "TEMPORAL_ADDRESS | temporal | expected HOST:PORT",
                "TEMPORAL_ADDRESS | user:planted-secret@temporal:7233 | expected HOST:PORT",
                "TEMPORAL_API_KEY | planted-secret with a blank | TEMPORAL_API_KEY (not shown",
                "TEMPORAL_TLS_CLIENT_KEY_PATH | -----BEGIN PRIVATE KEY----- planted-secret | holds a PEM text (not shown",
            })
    void isRefusedByName(String name, String value, String message) {
        assertThat(refusal(Map.of(name, value))).contains(name, message).doesNotContain(PLANTED);
    }

    @Test
    void aCertificateWithoutItsKeyIsRefused() {
        assertThat(refusal(Map.of("TEMPORAL_TLS_CLIENT_CERT_DATA", "a"))).startsWith("mTLS needs both");
    }

    @Test
    void textsHaveALimit() throws IOException {
        Path huge = Files.writeString(folder.resolve("huge.pem"), "x".repeat(1_000_001));
        assertThat(refusal(Map.of("TEMPORAL_TLS_SERVER_CA_CERT_PATH", huge.toString())))
                .contains("a file of 1000001 bytes");
        assertThat(refusal(Map.of("TEMPORAL_API_KEY", "k".repeat(8193)))).hasSizeLessThan(300);
        assertThat(refusal(Map.of("TEMPORAL_ADDRESS", "h".repeat(100_000)))).hasSizeLessThan(400);
    }

    @Test
    void aKeyThatIsNoneIsRefusedUnshown() {
        ReanchorClientOptions options = ReanchorClientOptions.fromEnvironment(
                Map.of("TEMPORAL_TLS_CLIENT_CERT_DATA", PLANTED, "TEMPORAL_TLS_CLIENT_KEY_DATA", PLANTED));

        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> ReanchorClient.connect(options)))
                .hasMessageContaining("TEMPORAL_TLS_* certificates can't be used")
                .hasMessageNotContaining(PLANTED);
    }

    @Test
    void anApiKeySwitchesTlsOnUnlessItIsSwitchedOff() {
        assertThat(ReanchorClientOptions.fromEnvironment(Map.of("TEMPORAL_API_KEY", PLANTED)))
                .asString()
                .endsWith("TLS, API key]")
                .doesNotContain(PLANTED);
        assertThat(ReanchorClientOptions.fromEnvironment(Map.of("TEMPORAL_API_KEY", PLANTED, "TEMPORAL_TLS", "false"))
                        .tls())
                .isNull();
    }

    @Test
    void optionsShowNoSecret() {
        ReanchorClientOptions options = ReanchorClientOptions.fromEnvironment(Map.of(
                "TEMPORAL_API_KEY",
                PLANTED,
                "TEMPORAL_TLS_CLIENT_CERT_DATA",
                "certificate",
                "TEMPORAL_TLS_CLIENT_KEY_DATA",
                PLANTED,
                "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION",
                "true"));

        assertThat(options.toString())
                .endsWith("mTLS to a server of any name, API key]")
                .doesNotContain(PLANTED);
        assertThat(options.tls()).asString().doesNotContain(PLANTED);
    }

    private static String refusal(Map<String, String> environment) {
        IllegalArgumentException refused = catchThrowableOfType(
                IllegalArgumentException.class, () -> ReanchorClientOptions.fromEnvironment(environment));
        assertThat(refused).isNotNull();
        return String.valueOf(refused.getMessage());
    }
}
