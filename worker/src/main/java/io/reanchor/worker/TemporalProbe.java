package io.reanchor.worker;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.reanchor.client.Unreachable;
import io.reanchor.workflow.SearchAttributes;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Whether the server answers, knows the namespace, lets us in, and knows the search attributes that are wanted. */
final class TemporalProbe implements Probe {
    private static final long DEADLINE_SECONDS = 2;

    private final WorkflowServiceStubs temporal;
    private final String namespace;
    private List<String> unknownYet;

    /** @param attributes the search attributes that the namespace must know */
    TemporalProbe(WorkflowServiceStubs temporal, String namespace, List<String> attributes) {
        this.temporal = temporal;
        this.namespace = namespace;
        this.unknownYet = attributes;
    }

    private OperatorServiceStubsOptions overTheSameConnection() {
        OperatorServiceStubsOptions.Builder options = OperatorServiceStubsOptions.newBuilder()
                .setChannel(temporal.getRawChannel())
                .setMetricsScope(temporal.getOptions().getMetricsScope());
        // The API key comes by one of these.
        temporal.getOptions().getGrpcMetadataProviders().forEach(options::addGrpcMetadataProvider);
        return options.validateAndBuildWithDefaults();
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
            unknownYet = unknown();
            return unknownYet.isEmpty() ? Finding.up("namespace " + namespace) : Finding.down(lacking());
        } catch (StatusRuntimeException e) {
            return Finding.down(advice(e));
        }
    }

    /** Nobody takes them away: it is asked until all are there. */
    private List<String> unknown() {
        if (unknownYet.isEmpty()) {
            return List.of();
        }
        Map<String, IndexedValueType> known = OperatorServiceStubs.newServiceStubs(overTheSameConnection())
                .blockingStub()
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                        .setNamespace(namespace)
                        .build())
                .getCustomAttributesMap();
        return unknownYet.stream()
                .filter(name -> known.get(name) != IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                .toList();
    }

    private String lacking() {
        return "namespace %s lacks search attributes of type Keyword: %s. Create them (%s), or set RE_ANCHOR_SEARCH_ATTRIBUTES=false"
                .formatted(namespace, String.join(", ", unknownYet), SearchAttributes.command(namespace));
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
