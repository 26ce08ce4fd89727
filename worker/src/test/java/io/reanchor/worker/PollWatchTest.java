package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.uber.m3.tally.StatsReporter;
import com.uber.m3.util.Duration;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The SDK's own counters, batch by batch, as its metrics scope reports them. */
class PollWatchTest {
    private static final String WORKFLOWS = "PollWorkflowTaskQueue";
    private static final String ACTIVITIES = "PollActivityTaskQueue";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StatsReporter next = new MicrometerClientStatsReporter(registry);
    private final PollWatch watch = new PollWatch(next);

    @Test
    void nothingPolledYetIsNoSuccess() {
        watch.flush();

        assertThat(watch.failing()).containsExactly(WORKFLOWS + ": not polled yet", ACTIVITIES + ": not polled yet");
    }

    @Test
    void pollsThatWaitAtTheServerSucceed() {
        started(WORKFLOWS, 5);
        started(ACTIVITIES, 5);
        assertThat(watch.failing()).as("before the batch ends").hasSize(2);
        watch.flush();
        assertThat(watch.failing()).isEmpty();

        watch.flush();
        assertThat(watch.failing()).as("still waiting").isEmpty();

        finished(WORKFLOWS);
        started(WORKFLOWS, 1);
        watch.flush();
        assertThat(watch.failing()).as("one came back, the next waits").isEmpty();
    }

    @Test
    void pollsThatComeBackRefusedFailUntilOneSucceeds() {
        started(WORKFLOWS, 1);
        started(ACTIVITIES, 1);
        finished(ACTIVITIES);
        failed(ACTIVITIES, "PERMISSION_DENIED");
        watch.flush();
        assertThat(watch.failing()).containsExactly(ACTIVITIES + ": PERMISSION_DENIED");

        watch.flush();
        assertThat(watch.failing()).as("waiting out the back-off").containsExactly(ACTIVITIES + ": PERMISSION_DENIED");

        started(ACTIVITIES, 1);
        watch.flush();
        assertThat(watch.failing()).isEmpty();
    }

    @Test
    void refusedAndAlreadyPollingAgainIsNoSuccessYet() {
        started(WORKFLOWS, 5);
        started(ACTIVITIES, 2);
        finished(ACTIVITIES);
        failed(ACTIVITIES, "UNAVAILABLE");
        watch.flush();
        assertThat(watch.failing()).containsExactly(ACTIVITIES + ": UNAVAILABLE");

        started(ACTIVITIES, 2);
        finished(ACTIVITIES);
        finished(ACTIVITIES);
        failed(ACTIVITIES, "UNAVAILABLE");
        watch.flush();
        assertThat(watch.failing()).as("one of two came back with work").isEmpty();
    }

    @Test
    void othersOperationsDoNotCount() {
        started("PollNexusTaskQueue", 5);
        started(WORKFLOWS, 1);
        watch.flush();

        assertThat(watch.failing()).containsExactly(ACTIVITIES + ": not polled yet");
    }

    @Test
    void allGoesOnToTheRegistryWhichOutlivesIt() {
        started(WORKFLOWS, 5);
        finished(WORKFLOWS);

        watch.close();

        assertThat(registry.isClosed()).isFalse();
        assertThat(registry.get("temporal_long_request").counter().count()).isEqualTo(5);
        assertThat(registry.get("temporal_long_request_latency").timer().count())
                .isEqualTo(1);
    }

    private void started(String operation, long count) {
        watch.reportCounter("temporal_long_request", Map.of("operation", operation), count);
    }

    private void finished(String operation) {
        watch.reportTimer("temporal_long_request_latency", Map.of("operation", operation), Duration.ofMillis(10));
    }

    private void failed(String operation, String status) {
        watch.reportCounter("temporal_long_request_failure", Map.of("operation", operation, "status_code", status), 1);
    }
}
