package io.reanchor.testkit;

import io.grpc.CallOptions;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a secured Temporal puts before its frontend: TLS that asks for a client certificate, and a look at the API key. Passes calls
 * on to a server in plain text. Thread-safe.
 */
public final class TemporalGate implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final ManagedChannel behind;
    private final Set<String> authorizations;

    private TemporalGate(Server server, ManagedChannel behind, Set<String> authorizations) {
        this.server = server;
        this.behind = behind;
        this.authorizations = authorizations;
    }

    /**
     * Opens a gate on a free port.
     *
     * @param target of the server behind, {@code host:port}
     * @param certificate which certificate it shows, e.g. {@link Certificates#SERVER}
     * @param apiKey the key it asks for, or null for none
     */
    public static TemporalGate before(
            String target, Certificates certificates, String certificate, @Nullable String apiKey) {
        ManagedChannel behind =
                NettyChannelBuilder.forTarget(target).usePlaintext().build();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try {
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .sslContext(GrpcSslContexts.forServer(
                                    certificates.certificate(certificate).toFile(),
                                    certificates.key(certificate).toFile())
                            .trustManager(certificates.ca().toFile())
                            .clientAuth(ClientAuth.REQUIRE)
                            .build())
                    .fallbackHandlerRegistry(new Everything(behind))
                    .intercept(new Guard(apiKey, seen))
                    .build()
                    .start();
            return new TemporalGate(server, behind, seen);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For clients: {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** What calls bore as {@code authorization}, so far. */
    public Set<String> authorizations() {
        return Set.copyOf(authorizations);
    }

    @Override
    public void close() {
        server.shutdownNow();
        behind.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Guard(@Nullable String apiKey, Set<String> seen) implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String authorization = headers.get(AUTHORIZATION);
            if (authorization != null) {
                seen.add(authorization);
            }
            if (apiKey != null && !("Bearer " + apiKey).equals(authorization)) {
                call.close(Status.UNAUTHENTICATED.withDescription("no such API key"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    /** Any unary call, whatever its types. */
    private static final class Everything extends HandlerRegistry {
        private final ManagedChannel behind;

        Everything(ManagedChannel behind) {
            this.behind = behind;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                    .setFullMethodName(name)
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .build();
            ServerCallHandler<byte[], byte[]> handler = ServerCalls.asyncUnaryCall((request, answer) ->
                    ClientCalls.asyncUnaryCall(behind.newCall(method, CallOptions.DEFAULT), request, answer));
            return ServerMethodDefinition.create(method, handler);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
