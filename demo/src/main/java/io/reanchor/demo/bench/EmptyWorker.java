package io.reanchor.demo.bench;

import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.ReanchorWorkflowImpl;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;

/** The same workflow with {@link EmptySteps}, on a task queue of its own. */
public final class EmptyWorker implements AutoCloseable {
    /** Where it polls. */
    public static final String TASK_QUEUE = "reanchor-bench-empty";

    private final WorkflowServiceStubs stubs;
    private final WorkerFactory factory;

    /** @param temporal {@code host:port}, namespace default */
    public EmptyWorker(String temporal) {
        stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(temporal).build());
        factory = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
        Worker worker = factory.newWorker(TASK_QUEUE);
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class,
                () -> new ReanchorWorkflowImpl(OperationPolicy.DEFAULT),
                ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(new EmptySteps());
        factory.start();
    }

    @Override
    public void close() {
        factory.shutdownNow();
        stubs.shutdownNow();
    }
}
