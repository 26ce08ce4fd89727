package io.reanchor.client;

import io.reanchor.workflow.ReanchorStatus;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowQueryException;
import io.temporal.client.WorkflowStub;

/** Runs that ended without a word of their own: somebody terminated them, or the server's far backstop did. */
final class ClosedRuns {
    private ClosedRuns() {}

    /** The run's status. A worker can't replay a history that ends with a termination, so such a run can't be queried. */
    static ReanchorStatus status(WorkflowStub run, String symbol) {
        try {
            return run.query("status", ReanchorStatus.class);
        } catch (WorkflowQueryException e) {
            WorkflowExecutionDescription described = run.describe();
            WorkflowExecutionStatus status = described.getStatus();
            if (status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED
                    || status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TIMED_OUT) {
                boolean terminated = status == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_TERMINATED;
                throw closed(
                        symbol,
                        described.getExecution().getRunId(),
                        terminated ? "terminated" : "timed out by the server",
                        e);
            }
            throw e;
        }
    }

    static ReanchorException closed(String symbol, String runId, String how, Exception cause) {
        return new ReanchorException(
                ReanchorException.CLOSED,
                true,
                "recovery of %s, run %s, was %s before it could undo or commit: its flag and staged keys expire by themselves; compare the receipt in meta:%s, and recover again"
                        .formatted(symbol, runId, how, symbol),
                cause);
    }
}
