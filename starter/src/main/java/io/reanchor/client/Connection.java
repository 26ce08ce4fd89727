package io.reanchor.client;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;

/** Makes a {@link WorkflowClient} of the options. Connects at the first call, not here. */
final class Connection {
    private Connection() {}

    static WorkflowClient open(ReanchorClientOptions options) {
        var stubs = WorkflowServiceStubsOptions.newBuilder().setTarget(options.address());
        options.security().applyTo(stubs);
        return WorkflowClient.newInstance(
                WorkflowServiceStubs.newServiceStubs(stubs.build()),
                WorkflowClientOptions.newBuilder()
                        .setNamespace(options.namespace())
                        .setDataConverter(Payloads.converter())
                        .build());
    }
}
