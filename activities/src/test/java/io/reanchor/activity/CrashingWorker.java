package io.reanchor.activity;

import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.ReanchorWorkflowImpl;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.util.concurrent.TimeUnit;

/** A worker with a connection of its own, which can be cut: as in a crash, nothing that runs on it is heard of again. */
final class CrashingWorker {
    private final WorkflowServiceStubs connection;
    private final WorkerFactory factory;

    private CrashingWorker(WorkflowServiceStubs connection, WorkerFactory factory) {
        this.connection = connection;
        this.factory = factory;
    }

    static WorkflowServiceStubs connect(String temporal) {
        return WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(temporal).build());
    }

    static CrashingWorker start(
            String temporal, String namespace, OperationPolicy policy, ReanchorActivities activities) {
        WorkflowServiceStubs connection = connect(temporal);
        // Without a cache: each task may go to any worker, and each replays all that was decided before.
        WorkerFactory factory = WorkerFactory.newInstance(
                client(connection, namespace),
                WorkerFactoryOptions.newBuilder().setWorkflowCacheSize(0).build());
        Worker worker = factory.newWorker(TaskQueues.REANCHOR);
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class, () -> new ReanchorWorkflowImpl(policy), ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(activities);
        factory.start();
        return new CrashingWorker(connection, factory);
    }

    static WorkflowClient client(WorkflowServiceStubs connection, String namespace) {
        return WorkflowClient.newInstance(
                connection,
                WorkflowClientOptions.newBuilder().setNamespace(namespace).build());
    }

    /** Ends it as it should, so that no poll of its takes another task. */
    void stop() {
        factory.shutdownNow();
        factory.awaitTermination(10, TimeUnit.SECONDS);
        connection.shutdownNow();
    }

    void crash() {
        connection.shutdownNow();
        // It waits for attempts that hang, and they outlive the crash.
        Thread threads = new Thread(factory::shutdownNow, "crashed-worker");
        threads.setDaemon(true);
        threads.start();
    }
}
