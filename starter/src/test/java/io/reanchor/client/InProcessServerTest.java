package io.reanchor.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowClient;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the test server that the demo uses too. */
class InProcessServerTest extends ReanchorClientContract {
    private static @Nullable TestWorkflowEnvironment server;

    @BeforeAll
    static void startServer() {
        server = TestWorkflowEnvironment.newInstance(
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
    }

    @AfterAll
    static void stopServer() {
        server().close();
    }

    private static TestWorkflowEnvironment server() {
        return java.util.Objects.requireNonNull(server);
    }

    @Override
    WorkflowClient temporal() {
        return server().getWorkflowClient();
    }

    @Test
    void cannotListThere() {
        assertThat(refused(() -> client.list(5)).type()).isEqualTo(ReanchorException.NOT_SUPPORTED);
    }
}
