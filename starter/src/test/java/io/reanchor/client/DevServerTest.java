package io.reanchor.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.ReanchorRequest;
import io.temporal.client.WorkflowClient;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** The same on a real server. */
class DevServerTest extends ReanchorClientContract {
    private static @Nullable TemporalDevServer server;
    private static @Nullable WorkflowClient temporal;

    @BeforeAll
    static void startServer() {
        server = TemporalDevServer.startOrSkip(TestAbortedException::new);
        temporal = Connection.open(ReanchorClientOptions.DEFAULT.withAddress(server.address()));
    }

    @AfterAll
    static void stopServer() {
        if (temporal != null) {
            temporal.getWorkflowServiceStubs().shutdownNow();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    WorkflowClient temporal() {
        return Objects.requireNonNull(temporal);
    }

    @Test
    void listsWhatItStarted() throws InterruptedException {
        steps.mayValidate.release();
        Recovery recovery = client.recover(asking(50));
        recovery.await(PATIENCE);

        RecoverySummary found = null;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (found == null && System.nanoTime() < end) {
            List<RecoverySummary> listed = client.list(100);
            found = listed.stream()
                    .filter(s -> s.runId().equals(recovery.runId()) && s.endedAt() != null)
                    .findFirst()
                    .orElse(null);
            Thread.sleep(20); // visibility lags
        }

        RecoverySummary line = Objects.requireNonNull(found, "it isn't listed");
        assertThat(line.symbol()).isEqualTo(symbol);
        assertThat(line.workflowId()).isEqualTo(ReanchorRequest.workflowId(symbol));
        assertThat(line.state()).isEqualTo("COMPLETED");
    }
}
