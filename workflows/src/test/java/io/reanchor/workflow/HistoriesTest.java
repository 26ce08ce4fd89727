package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import io.temporal.workflow.Workflow;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs that are under way when a worker is replaced go on with the new code: it must decide as the old one did. So a history of each
 * kind of end is kept in {@code src/test/resources/histories}, and replayed.
 *
 * <p>A change that turns this red needs {@code Workflow.getVersion}. Only before a first release, or for an end that is new, are they
 * made anew: {@code ./mvnw -pl workflows -am test -Dtest=HistoriesTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dreanchor.histories=write}.
 */
class HistoriesTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "histories");

    @ParameterizedTest
    @EnumSource(Ends.class)
    void isReplayedByTodaysCode(Ends end) throws Exception {
        try (TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance()) {
            Worker worker = temporal.newWorker(TaskQueues.REANCHOR);
            worker.registerWorkflowImplementationFactory(
                    ReanchorWorkflow.class,
                    () -> new ReanchorWorkflowImpl(OperationPolicy.DEFAULT),
                    ReanchorWorkflowImpl.options());

            WorkflowReplayer.replayWorkflowExecution(kept(end), worker);
        }
    }

    /** The same saga, but that a timer runs first. */
    public static final class Changed implements ReanchorWorkflow {
        private final ReanchorWorkflowImpl saga = new ReanchorWorkflowImpl(OperationPolicy.DEFAULT);

        @Override
        public ReanchorResult recover(ReanchorRequest request) {
            Workflow.sleep(Duration.ofSeconds(1));
            return saga.recover(request);
        }

        @Override
        public ReportReceipt report(ReanchorRequest request) {
            return saga.report(request);
        }

        @Override
        public void validateReport(ReanchorRequest request) {
            saga.validateReport(request);
        }

        @Override
        public void abort(String reason) {
            saga.abort(reason);
        }

        @Override
        public void validateAbort(String reason) {
            saga.validateAbort(reason);
        }

        @Override
        public ApprovalReceipt approve(String by) {
            return saga.approve(by);
        }

        @Override
        public void validateApproval(String by) {
            saga.validateApproval(by);
        }

        @Override
        public Comparison compare() {
            return saga.compare();
        }

        @Override
        public void validateComparison() {
            saga.validateComparison();
        }

        @Override
        public ReanchorStatus status() {
            return saga.status();
        }
    }

    @ParameterizedTest
    @EnumSource(Ends.class)
    void turnsRedWhenTheSagaIsChangedIncompatibly(Ends end) {
        assertThatThrownBy(() -> WorkflowReplayer.replayWorkflowExecution(kept(end), Changed.class))
                .hasStackTraceContaining("NonDeterministic");
    }

    @ParameterizedTest
    @EnumSource(Ends.class)
    void namesNobodysMachine(Ends end) throws IOException {
        String machine = ManagementFactory.getRuntimeMXBean().getName();
        String json = Files.readString(FOLDER.resolve(end.file()));

        assertThat(json).doesNotContain(machine, machine.substring(machine.indexOf('@')));
        assertThat(json.lines().filter(line -> line.contains("\"identity\"")))
                .allMatch(line -> line.contains("\"identity\": \"worker\""));
    }

    @Test
    @Timeout(300) // one after the other
    @EnabledIfSystemProperty(named = "reanchor.histories", matches = "write")
    void writesThemAnew() throws IOException {
        Files.createDirectories(FOLDER);
        for (Ends end : Ends.values()) {
            try (SagaRig rig = end.rig()) {
                WorkflowStub run = end.play(rig);
                String json = rig.temporal
                        .getWorkflowExecutionHistory(Objects.requireNonNull(run.getExecution()))
                        .toJson(true);
                Files.writeString(FOLDER.resolve(end.file()), withoutIdentity(json) + "\n");
            }
        }
    }

    /** Who played it is {@code <process>@<host>}. */
    private static String withoutIdentity(String json) {
        return json.replaceAll("\"identity\": \"[^\"]*\"", "\"identity\": \"worker\"");
    }

    private static WorkflowExecutionHistory kept(Ends end) throws IOException {
        return WorkflowExecutionHistory.fromJson(Files.readString(FOLDER.resolve(end.file())));
    }
}
