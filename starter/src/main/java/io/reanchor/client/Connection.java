package io.reanchor.client;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import javax.net.ssl.SSLException;

/** Makes a {@link WorkflowClient} of the options. Connects at the first call, not here. */
final class Connection {
    private Connection() {}

    static WorkflowClient open(ReanchorClientOptions options) {
        var stubs = WorkflowServiceStubsOptions.newBuilder().setTarget(options.address());
        String apiKey = options.apiKey();
        if (apiKey != null) {
            stubs.addApiKey(() -> apiKey);
        }
        TlsOptions tls = options.tls();
        if (tls != null) {
            stubs.setSslContext(sslContext(tls));
            String serverName = tls.serverName();
            if (serverName != null) {
                stubs.setChannelInitializer(channel -> channel.overrideAuthority(serverName));
            }
        } else if (apiKey != null) {
            stubs.setEnableHttps(false); // the SDK would switch TLS on by itself; TEMPORAL_TLS=false was asked for
        }
        return WorkflowClient.newInstance(
                WorkflowServiceStubs.newServiceStubs(stubs.build()),
                WorkflowClientOptions.newBuilder()
                        .setNamespace(options.namespace())
                        .build());
    }

    private static SslContext sslContext(TlsOptions tls) {
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            if (tls.clientCertificate() != null) {
                builder.keyManager(TlsOptions.stream(tls.clientCertificate()), TlsOptions.stream(tls.clientKey()));
            }
            if (tls.serverCa() != null) {
                builder.trustManager(TlsOptions.stream(tls.serverCa()));
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the TEMPORAL_TLS_* certificates can't be used: %s; expected PEM texts and a PKCS#8 key"
                            .formatted(e.getMessage()),
                    e);
        }
    }
}
