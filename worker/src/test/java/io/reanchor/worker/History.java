package io.reanchor.worker;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the server keeps of a workflow, as it keeps it. */
final class History {
    private History() {}

    static io.temporal.api.history.v1.History of(String target, String workflowId) {
        WorkflowServiceStubs temporal = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
        try {
            return temporal.blockingStub()
                    .getWorkflowExecutionHistory(GetWorkflowExecutionHistoryRequest.newBuilder()
                            .setNamespace("default")
                            .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                            .build())
                    .getHistory();
        } finally {
            temporal.shutdownNow();
        }
    }

    /** Every payload in it, at any depth. */
    static List<Payload> payloads(Message message) {
        var found = new ArrayList<Payload>();
        collect(message, found);
        return found;
    }

    private static void collect(Object value, List<Payload> found) {
        if (value instanceof Payload payload) {
            found.add(payload);
        } else if (value instanceof Message message) {
            for (Map.Entry<FieldDescriptor, Object> field :
                    message.getAllFields().entrySet()) {
                collect(field.getValue(), found);
            }
        } else if (value instanceof List<?> list) {
            list.forEach(element -> collect(element, found));
        }
    }
}
