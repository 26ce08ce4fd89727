package io.reanchor.client;

import static io.reanchor.client.ReanchorClientOptions.blankToNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to encrypt the way to Temporal. PEM texts; the key is PKCS#8.
 *
 * @param clientCertificate this client's certificate chain, or null without mTLS
 * @param clientKey its private key, or null without mTLS; never printed
 * @param serverCa who signs the server's certificate, or null for the JVM's trust store
 * @param serverName the name in the server's certificate, or null for the address's
 */
public record TlsOptions(
        @Nullable String clientCertificate,
        @Nullable String clientKey,
        @Nullable String serverCa,
        @Nullable String serverName) {

    public TlsOptions {
        if ((clientCertificate == null) != (clientKey == null)) {
            throw new IllegalArgumentException(
                    "mTLS needs both: TEMPORAL_TLS_CLIENT_CERT_PATH (or _DATA) and TEMPORAL_TLS_CLIENT_KEY_PATH (or _DATA)");
        }
    }

    /**
     * Reads {@code TEMPORAL_TLS} ({@code true}, {@code false}) and {@code TEMPORAL_TLS_CLIENT_CERT_PATH}, {@code _CLIENT_CERT_DATA},
     * {@code _CLIENT_KEY_PATH}, {@code _CLIENT_KEY_DATA}, {@code _SERVER_CA_CERT_PATH}, {@code _SERVER_CA_CERT_DATA},
     * {@code _SERVER_NAME}. Any of them switches TLS on, unless {@code TEMPORAL_TLS=false}.
     *
     * @return null for plain text
     */
    static @Nullable TlsOptions fromEnvironment(Map<String, String> environment, boolean byDefault) {
        String asked = blankToNull(environment.get("TEMPORAL_TLS"));
        if (asked != null && !asked.equalsIgnoreCase("true") && !asked.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException("TEMPORAL_TLS is \"%s\": expected true or false".formatted(asked));
        }
        if ("true".equalsIgnoreCase(environment.get("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION"))) {
            throw new IllegalArgumentException(
                    "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION is not supported: give the server's CA in "
                            + "TEMPORAL_TLS_SERVER_CA_CERT_PATH and its name in TEMPORAL_TLS_SERVER_NAME");
        }
        boolean named = environment.entrySet().stream()
                .anyMatch(e ->
                        e.getKey().startsWith("TEMPORAL_TLS_") && !e.getValue().isBlank());
        if ("false".equalsIgnoreCase(asked) || (asked == null && !named && !byDefault)) {
            return null;
        }
        return new TlsOptions(
                pem(environment, "TEMPORAL_TLS_CLIENT_CERT"),
                pem(environment, "TEMPORAL_TLS_CLIENT_KEY"),
                pem(environment, "TEMPORAL_TLS_SERVER_CA_CERT"),
                blankToNull(environment.get("TEMPORAL_TLS_SERVER_NAME")));
    }

    private static @Nullable String pem(Map<String, String> environment, String name) {
        String data = blankToNull(environment.get(name + "_DATA"));
        String path = blankToNull(environment.get(name + "_PATH"));
        if (data != null && path != null) {
            throw new IllegalArgumentException("%s_DATA and %s_PATH are both set: keep one".formatted(name, name));
        }
        if (path == null) {
            return data;
        }
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "%s_PATH is \"%s\", which can't be read: %s".formatted(name, path, e), e);
        }
    }

    static @Nullable InputStream stream(@Nullable String pem) {
        return pem == null ? null : new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return clientKey == null ? "TLS" : "mTLS";
    }
}
