package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.client.Recovery;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Fifty recoveries, while workers are replaced by SIGTERM three times: none fails, and no step that a worker began is cut short.
 *
 * <p>A Temporal server without server-side poll cancellation may hand a step to a poll that is being cancelled in that moment; such a step never began, and
 * is given to another worker when its time is over (sdk-java's pull request 2820; docs/limitations.md). At most one a
 * replaced worker is put up with.
 */
class RollingRestartTest {
    private static final int RECOVERIES = 50;
    private static final int REPLACED = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Pattern BEGUN = Pattern.compile("begins, attempt \\d+");
    private static final Pattern ENDED = Pattern.compile("done in \\d+ ms, attempt \\d+");
    private static final Pattern CUT_SHORT = Pattern.compile("stopped after \\d+ ms: ");

    /** A step that reached nobody: which of the two is over first depends on whether the step has a heartbeat. */
    private static final Set<TimeoutType> NOT_HEARD_OF =
            EnumSet.of(TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE, TimeoutType.TIMEOUT_TYPE_HEARTBEAT);

    @Test
    void losesAndRepeatsNothing() throws Exception {
        try (ProcessRig rig = ProcessRig.start(2, 2)) {
            Semaphore done = new Semaphore(0);
            ExecutorService caller = Executors.newSingleThreadExecutor();
            List<String> runs = new ArrayList<>();
            List<Outcome> outcomes = new ArrayList<>();
            Future<?> load = caller.submit(() -> {
                for (int i = 0; i < RECOVERIES; i++) {
                    rig.seed.exchange().step(Duration.ofMillis(200));
                    Recovery recovery = rig.client.recover(
                            new ReanchorRequest(
                                    Exchange.SYMBOL, rig.seed.exchange().gap(), "load", "test", null),
                            PATIENCE);
                    outcomes.add(recovery.await(PATIENCE).outcome());
                    runs.add(recovery.runId());
                    done.release();
                }
            });
            for (int i = 0; i < REPLACED; i++) {
                WorkerProcess oldest = rig.workers.get(0);
                WorkerProcess next = rig.addWorker();
                next.awaitReady();
                done.acquire(5); // in the midst of the load
                oldest.terminate();
                oldest.awaitEnd();
                assertThat(oldest.log())
                        .contains("stopped after")
                        .doesNotContain("not finished within", " failed after")
                        .doesNotContainPattern(CUT_SHORT);
                assertThat(occurrences(ENDED, oldest.log()))
                        .as("steps ended, of those begun")
                        .isPositive()
                        .isEqualTo(occurrences(BEGUN, oldest.log()));
                rig.workers.remove(oldest);
                oldest.close();
            }
            assertThat(load.isDone()).as("the load outlasts the restarts").isFalse();
            load.get();
            caller.shutdown();

            for (WorkerProcess worker : rig.workers) {
                assertThat(worker.log()).doesNotContainPattern(CUT_SHORT);
            }
            assertThat(outcomes).hasSize(RECOVERIES).containsOnly(Outcome.COMMITTED);
            List<HistoryEvent> again = triedAgain(rig, runs);
            assertThat(again)
                    .hasSizeLessThanOrEqualTo(REPLACED)
                    .allMatch(RollingRestartTest::wasNeverBegunBefore, "begun again since its time was over");
        }
    }

    private static boolean wasNeverBegunBefore(HistoryEvent event) {
        return NOT_HEARD_OF.contains(event.getActivityTaskStartedEventAttributes()
                .getLastFailure()
                .getTimeoutFailureInfo()
                .getTimeoutType());
    }

    private static long occurrences(Pattern pattern, String log) {
        return pattern.matcher(log).results().count();
    }

    /** Activities that were started twice, or timed out, by the histories. */
    private static List<HistoryEvent> triedAgain(ProcessRig rig, List<String> runs) {
        List<HistoryEvent> found = new ArrayList<>();
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(rig.temporal.address())
                .build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(stubs, WorkflowClientOptions.getDefaultInstance());
            for (String run : runs) {
                client.fetchHistory("reanchor-" + Exchange.SYMBOL, run).getHistory().getEventsList().stream()
                        .filter(event ->
                                event.getActivityTaskStartedEventAttributes().getAttempt() > 1
                                        || event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT
                                        || event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED)
                        .forEach(found::add);
            }
        } finally {
            stubs.shutdownNow();
        }
        return found;
    }
}
