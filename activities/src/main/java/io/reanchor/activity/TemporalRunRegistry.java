package io.reanchor.activity;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.reanchor.workflow.CommittedResults;
import io.reanchor.workflow.SwapReceipt;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the Temporal server. A run that this server doesn't know counts as open: another installation's worker may hold the
 * flag, and its TTL clears it soon enough. Thread-safe.
 */
public final class TemporalRunRegistry implements RunRegistry {
    /** A recovery doesn't wait longer for what it doesn't need. */
    private static final Duration SEARCH = Duration.ofSeconds(2);

    private final WorkflowClient client;

    public TemporalRunRegistry(WorkflowClient client) {
        this.client = client;
    }

    /** Not on the in-process test server, which keeps no list of runs. */
    @Override
    public Optional<String> lastCommitted(String symbol) {
        try {
            return CommittedResults.last(client, symbol, SEARCH).map(SwapReceipt::generation);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean isClosed(String workflowId, String runId) {
        DescribeWorkflowExecutionRequest question = DescribeWorkflowExecutionRequest.newBuilder()
                .setNamespace(client.getOptions().getNamespace())
                .setExecution(
                        WorkflowExecution.newBuilder().setWorkflowId(workflowId).setRunId(runId))
                .build();
        try {
            WorkflowExecutionStatus status = client.getWorkflowServiceStubs()
                    .blockingStub()
                    .describeWorkflowExecution(question)
                    .getWorkflowExecutionInfo()
                    .getStatus();
            return status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
                    && status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_UNSPECIFIED;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
