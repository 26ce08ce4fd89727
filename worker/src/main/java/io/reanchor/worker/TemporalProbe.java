package io.reanchor.worker;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.reanchor.client.Unreachable;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.concurrent.TimeUnit;

/** Whether the namespace can be described: the server answers, knows the namespace and lets us in. */
final class TemporalProbe implements Probe {
    private static final long DEADLINE_SECONDS = 2;

    private final WorkflowServiceStubs temporal;
    private final String namespace;

    TemporalProbe(WorkflowServiceStubs temporal, String namespace) {
        this.temporal = temporal;
        this.namespace = namespace;
    }

    @Override
    public String what() {
        return "Temporal at %s, namespace %s".formatted(temporal.getOptions().getTarget(), namespace);
    }

    @Override
    public Finding look() {
        try {
            temporal.blockingStub()
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .describeNamespace(DescribeNamespaceRequest.newBuilder()
                            .setNamespace(namespace)
                            .build());
            return Finding.up("namespace " + namespace);
        } catch (StatusRuntimeException e) {
            return Finding.down(advice(e));
        }
    }

    private String advice(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        return switch (status.getCode()) {
            case NOT_FOUND ->
                "it doesn't know the namespace %s: create it (temporal operator namespace create --namespace %s) or set"
                                .formatted(namespace, namespace)
                        + " TEMPORAL_NAMESPACE";
            case PERMISSION_DENIED, UNAUTHENTICATED ->
                "it refuses (%s): look at TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_NAMESPACE"
                        .formatted(status.getDescription());
            case UNAVAILABLE -> Unreachable.why(failure);
            case DEADLINE_EXCEEDED -> "doesn't answer in time: is it running, and does TEMPORAL_ADDRESS name it?";
            default -> "answers %s: %s".formatted(status.getCode(), status.getDescription());
        };
    }
}
