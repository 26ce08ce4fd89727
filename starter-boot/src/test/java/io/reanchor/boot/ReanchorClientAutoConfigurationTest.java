package io.reanchor.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.client.ReanchorException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What an application gets that has the starter on its class path. */
class ReanchorClientAutoConfigurationTest {
    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ReanchorClientAutoConfiguration.class));

    @Test
    void bootFindsIt() {
        List<String> found = ImportCandidates.load(
                        org.springframework.boot.autoconfigure.AutoConfiguration.class,
                        getClass().getClassLoader())
                .getCandidates();
        assertThat(found).contains(ReanchorClientAutoConfiguration.class.getName());
    }

    @Test
    void theClientGoesWhereThePropertiesSay() {
        application
                .withPropertyValues(
                        "reanchor.client.address=127.0.0.1:1",
                        "reanchor.client.namespace=markets",
                        "reanchor.client.call-timeout=2s",
                        "reanchor.client.report-timeout=7s")
                .run(context -> {
                    assertThat(context.getBean(ReanchorClientOptions.class))
                            .isEqualTo(ReanchorClientOptions.fromEnvironment()
                                    .withAddress("127.0.0.1:1")
                                    .withNamespace("markets")
                                    .withCallTimeout(Duration.ofSeconds(2))
                                    .withReportTimeout(Duration.ofSeconds(7)));
                    assertThatThrownBy(
                                    () -> context.getBean(ReanchorClient.class).status("BTCUSDT"))
                            .isInstanceOf(ReanchorException.class)
                            .hasMessageContaining("127.0.0.1:1");
                });
    }

    @Test
    void withoutAnyItGoesWhereTheEnvironmentSays() {
        application.run(context -> assertThat(context.getBean(ReanchorClientOptions.class))
                .isEqualTo(ReanchorClientOptions.fromEnvironment()));
    }

    @Test
    void oneOfYourOwnCounts() {
        try (ReanchorClient own = ReanchorClient.connect(ReanchorClientOptions.DEFAULT)) {
            application
                    .withBean(ReanchorClient.class, () -> own)
                    .run(context ->
                            assertThat(context.getBean(ReanchorClient.class)).isSameAs(own));
        }
    }

    @Test
    void whatIsMisspeltOrCannotBeIsRefused() {
        application
                .withPropertyValues("reanchor.client.adress=a:1")
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("adress"));
        application
                .withPropertyValues("reanchor.client.call-timeout=0s")
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("callTimeout"));
    }
}
