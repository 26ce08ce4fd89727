package io.reanchor.demo;

import io.grpc.StatusRuntimeException;
import io.reanchor.workflow.TaskQueues;
import io.temporal.api.enums.v1.TaskQueueType;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.DescribeTaskQueueRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A Temporal server that was there before: the demo's worker must not take recoveries that are meant for others. */
final class TemporalThere {
    private static final String NAMESPACE = "default";
    private static final int PATIENCE_S = 10;
    /** The server remembers pollers for longer than they are there; one that lives comes back after a minute at most. */
    private static final Duration LONG_POLL = Duration.ofSeconds(65);

    private TemporalThere() {}

    /** @throws Refused when it can't be reached, or another worker serves the task queue */
    static void requireFree(String address) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        try {
            Instant recently = Instant.now().minus(LONG_POLL);
            long pollers = stubs
                    .blockingStub()
                    .withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS)
                    .describeTaskQueue(DescribeTaskQueueRequest.newBuilder()
                            .setNamespace(NAMESPACE)
                            .setTaskQueue(TaskQueue.newBuilder().setName(TaskQueues.REANCHOR))
                            .setTaskQueueType(TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW)
                            .build())
                    .getPollersList()
                    .stream()
                    .filter(poller -> poller.getLastAccessTime().getSeconds() >= recently.getEpochSecond())
                    .count();
            if (pollers > 0) {
                throw new Refused(
                        "Temporal at %s: %d worker(s) poll task queue \"%s\" of namespace \"%s\", or did a minute ago; the demo's worker would take recoveries that are theirs. Use a Temporal server without them"
                                .formatted(address, pollers, TaskQueues.REANCHOR, NAMESPACE));
            }
        } catch (StatusRuntimeException e) {
            throw new Refused(
                    "Temporal at %s doesn't answer as it should: %s. Expected host:port of a server with namespace \"%s\""
                            .formatted(address, e.getStatus(), NAMESPACE),
                    e);
        } finally {
            stubs.shutdownNow();
        }
    }
}
