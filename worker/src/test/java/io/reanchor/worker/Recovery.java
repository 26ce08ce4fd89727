package io.reanchor.worker;

import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;

/** Starts recoveries from the outside. */
final class Recovery implements AutoCloseable {
    /** A busy machine takes longer than the usual five seconds to load the in-process server's classes. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final WorkflowServiceStubs temporal;
    private final WorkflowClient client;

    Recovery(String target) {
        temporal = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(target)
                .setSystemInfoTimeout(PATIENCE)
                .setRpcTimeout(PATIENCE)
                .build());
        client = WorkflowClient.newInstance(temporal);
    }

    WorkflowStub start(String symbol) {
        ReanchorWorkflow recovery = client.newWorkflowStub(
                ReanchorWorkflow.class,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(TaskQueues.REANCHOR)
                        .setWorkflowId(ReanchorRequest.workflowId(symbol))
                        .build());
        WorkflowClient.start(
                recovery::recover, new ReanchorRequest(symbol, FeedGap.UNKNOWN, "a test", "worker's tests", null));
        return WorkflowStub.fromTyped(recovery);
    }

    @Override
    public void close() {
        temporal.shutdownNow();
    }
}
