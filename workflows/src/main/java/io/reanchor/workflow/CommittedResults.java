package io.reanchor.workflow;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsRequest;
import io.temporal.api.workflowservice.v1.ListWorkflowExecutionsResponse;
import io.temporal.client.WorkflowClient;
import java.time.Duration;
import java.util.Optional;

/** What Temporal remembers of recoveries that were committed; beside it {@code meta:S} tells whether a failover took one back. */
public final class CommittedResults {
    private CommittedResults() {}

    /**
     * The proof of the symbol's last recovery that ended committed, as long as the namespace keeps its run. Visibility may lag by a second. A
     * recovery that was cancelled while it cut over isn't found: Temporal calls it cancelled.
     *
     * @param limit how long the search may take
     * @throws io.grpc.StatusRuntimeException when Temporal doesn't answer; UNIMPLEMENTED on the in-process test server, which keeps no list
     */
    public static Optional<SwapReceipt> last(WorkflowClient temporal, String symbol, Duration limit) {
        ListWorkflowExecutionsResponse found = temporal.getWorkflowServiceStubs()
                .blockingStub()
                .withDeadlineAfter(limit)
                .listWorkflowExecutions(ListWorkflowExecutionsRequest.newBuilder()
                        .setNamespace(temporal.getOptions().getNamespace())
                        .setPageSize(1) // newest first
                        .setQuery("WorkflowId = '%s' AND ExecutionStatus = 'Completed'"
                                .formatted(ReanchorRequest.workflowId(symbol)))
                        .build());
        if (found.getExecutionsCount() == 0) {
            return Optional.empty();
        }
        WorkflowExecution run = found.getExecutions(0).getExecution();
        return Optional.ofNullable(temporal.newUntypedWorkflowStub(run, Optional.empty())
                .getResult(ReanchorResult.class)
                .receipt());
    }
}
