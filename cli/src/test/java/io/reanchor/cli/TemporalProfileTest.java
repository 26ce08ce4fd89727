package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.client.ReanchorClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of Temporal's own tools, and what the environment says over it. */
class TemporalProfileTest {
    @TempDir
    private Path folder;

    private Map<String, String> under(String toml, String... environment) throws IOException {
        Path file = Files.writeString(folder.resolve("temporal.toml"), toml);
        Map<String, String> variables = new HashMap<>(Map.of("TEMPORAL_CONFIG_FILE", file.toString()));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        return TemporalProfile.under(variables);
    }

    @Test
    void theDefaultProfileIsTakenAndTheEnvironmentOverrulesIt() throws Exception {
        String toml = """
                [profile.default]
                address = "temporal.example:7233"
                namespace = "markets"
                """;

        ReanchorClientOptions options = ReanchorClientOptions.fromEnvironment(under(toml));
        assertThat(options.address()).isEqualTo("temporal.example:7233");
        assertThat(options.namespace()).isEqualTo("markets");
        assertThat(ReanchorClientOptions.fromEnvironment(under(toml, "TEMPORAL_NAMESPACE", "other"))
                        .namespace())
                .isEqualTo("other");
    }

    @Test
    void aProfileThatIsNamedIsTakenWithItsKeyAndTls() throws Exception {
        String toml = """
                [profile.default]
                address = "temporal.example:7233"
                [profile.prod]
                address = "prod.example:7233"
                api_key = "k-1"
                [profile.prod.tls]
                server_name = "front.example"
                disable_host_verification = true
                """;

        Map<String, String> found = under(toml, "TEMPORAL_PROFILE", "prod");
        assertThat(found)
                .containsEntry("TEMPORAL_ADDRESS", "prod.example:7233")
                .containsEntry("TEMPORAL_API_KEY", "k-1")
                .containsEntry("TEMPORAL_TLS", "true")
                .containsEntry("TEMPORAL_TLS_SERVER_NAME", "front.example")
                .containsEntry("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "true");
        assertThat(ReanchorClientOptions.fromEnvironment(found).toString())
                .contains("prod.example", "API key")
                .doesNotContain("k-1");
        assertThat(under("[profile.default]\n[profile.default.tls]\ndisabled = true\n"))
                .containsEntry("TEMPORAL_TLS", "false");
    }

    @Test
    void whatIsNamedAndIsNotThereIsRefused() {
        assertThatThrownBy(() -> under("[profile.default]\n", "TEMPORAL_PROFILE", "prod"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("TEMPORAL_PROFILE is \"prod\"", "temporal.toml");
        assertThatThrownBy(() -> TemporalProfile.under(Map.of("TEMPORAL_CONFIG_FILE", "/no/such/file")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such/file");
        assertThatThrownBy(() -> TemporalProfile.under(Map.of("HOME", folder.toString(), "TEMPORAL_PROFILE", "prod")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no such profile");
    }

    @Test
    void whatNobodyUnderstandsIsRefused() {
        assertThatThrownBy(() -> under("[profile.default]\nadress = \"x:1\"\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("adress");
        assertThatThrownBy(() -> under("[profile.default.grpc_meta]\nteam = \"x\"\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grpc_meta");
        assertThatThrownBy(() -> under("not toml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't be used");
    }

    @Test
    void withoutAFileTheEnvironmentIsAllThereIs() {
        Map<String, String> environment = Map.of("HOME", folder.toString(), "TEMPORAL_ADDRESS", "a:1");
        assertThat(TemporalProfile.under(environment)).isEqualTo(environment);
    }
}
