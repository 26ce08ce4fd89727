package io.reanchor.client;

import static io.reanchor.client.ReanchorClientOptions.blankToNull;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * API key and TLS of the way to Temporal: the same for the client, the command and the worker. Immutable, and prints no secret.
 *
 * @param apiKey sent as {@code authorization: Bearer …}, or null; never printed
 * @param tls how to encrypt, or null for plain text
 */
public record TemporalSecurity(
        @Nullable String apiKey, @Nullable TlsOptions tls) {
    /** What a header may hold, and what no key of Temporal's is longer than. */
    private static final Pattern KEY = Pattern.compile("[!-~]{1,8192}");

    public TemporalSecurity {
        if (apiKey != null && !KEY.matcher(apiKey).matches()) {
            throw new IllegalArgumentException(
                    "TEMPORAL_API_KEY (not shown, %d characters) isn't one: expected printable ASCII without blanks or line ends, at most 8192 characters"
                            .formatted(apiKey.length()));
        }
    }

    /**
     * Reads {@code TEMPORAL_API_KEY} and what {@link TlsOptions} names. As with Temporal's own tools, an API key switches TLS on
     * unless {@code TEMPORAL_TLS=false}.
     *
     * @throws IllegalArgumentException naming the variable and what is allowed, without its value when it is a secret
     */
    public static TemporalSecurity fromEnvironment(Map<String, String> environment) {
        String apiKey = blankToNull(environment.get("TEMPORAL_API_KEY"));
        return new TemporalSecurity(apiKey, TlsOptions.fromEnvironment(environment, apiKey != null));
    }

    /**
     * Makes a connection send the key and encrypt.
     *
     * @throws IllegalArgumentException when the certificates or the key can't be used
     */
    public void applyTo(WorkflowServiceStubsOptions.Builder stubs) {
        if (apiKey != null) {
            stubs.addApiKey(() -> apiKey);
        }
        if (tls == null) {
            if (apiKey != null) {
                stubs.setEnableHttps(false); // the SDK would switch TLS on by itself; TEMPORAL_TLS=false was asked for
            }
            return;
        }
        stubs.setSslContext(sslContext(tls));
        String serverName = tls.serverName();
        if (serverName != null) {
            stubs.setChannelInitializer(channel -> channel.overrideAuthority(serverName));
        }
    }

    private static SslContext sslContext(TlsOptions tls) {
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            if (tls.clientCertificate() != null) {
                builder.keyManager(TlsOptions.stream(tls.clientCertificate()), TlsOptions.stream(tls.clientKey()));
            }
            if (!tls.verifyName()) {
                builder.trustManager(new AnyName(tls.serverCa()));
            } else if (tls.serverCa() != null) {
                builder.trustManager(TlsOptions.stream(tls.serverCa()));
            }
            return builder.build();
        } catch (SSLException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the TEMPORAL_TLS_* certificates can't be used: %s; expected PEM texts and a PKCS#8 key"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    @Override
    public String toString() {
        return (tls == null ? "plain text" : tls.toString()) + (apiKey == null ? "" : ", API key");
    }
}
