package io.reanchor.client;

import static io.reanchor.client.ReanchorClientOptions.blankToNull;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How to encrypt the way to Temporal. PEM texts; the key is PKCS#8.
 *
 * @param clientCertificate this client's certificate chain, or null without mTLS
 * @param clientKey its private key, or null without mTLS; never printed
 * @param serverCa who signs the server's certificate, or null for the JVM's trust store
 * @param serverName the name in the server's certificate, or null for the address's
 * @param verifyName whether the name in the server's certificate must be the one expected; who signed it is checked in any case
 */
public record TlsOptions(
        @Nullable String clientCertificate,
        @Nullable String clientKey,
        @Nullable String serverCa,
        @Nullable String serverName,
        boolean verifyName) {

    private static final String PREFIX = "TEMPORAL_TLS_";
    private static final String UNVERIFIED = PREFIX + "DISABLE_HOST_VERIFICATION";
    private static final Set<String> KNOWN = Set.of(
            PREFIX + "CLIENT_CERT_PATH",
            PREFIX + "CLIENT_CERT_DATA",
            PREFIX + "CLIENT_KEY_PATH",
            PREFIX + "CLIENT_KEY_DATA",
            PREFIX + "SERVER_CA_CERT_PATH",
            PREFIX + "SERVER_CA_CERT_DATA",
            PREFIX + "SERVER_NAME",
            UNVERIFIED);

    public TlsOptions {
        if ((clientCertificate == null) != (clientKey == null)) {
            throw new IllegalArgumentException(
                    "mTLS needs both: TEMPORAL_TLS_CLIENT_CERT_PATH (or _DATA) and TEMPORAL_TLS_CLIENT_KEY_PATH (or _DATA)");
        }
    }

    /**
     * Reads {@code TEMPORAL_TLS} ({@code true}, {@code false}) and {@code TEMPORAL_TLS_CLIENT_CERT_PATH}, {@code _CLIENT_CERT_DATA},
     * {@code _CLIENT_KEY_PATH}, {@code _CLIENT_KEY_DATA}, {@code _SERVER_CA_CERT_PATH}, {@code _SERVER_CA_CERT_DATA},
     * {@code _SERVER_NAME}, {@code _DISABLE_HOST_VERIFICATION}. Any of them switches TLS on, unless {@code TEMPORAL_TLS=false}.
     *
     * @return null for plain text
     */
    static @Nullable TlsOptions fromEnvironment(Map<String, String> environment, boolean byDefault) {
        refuseUnknown(environment);
        Boolean asked = flag(environment, "TEMPORAL_TLS");
        Boolean unverified = flag(environment, UNVERIFIED);
        boolean named = KNOWN.stream().anyMatch(name -> blankToNull(environment.get(name)) != null);
        if (Boolean.FALSE.equals(asked) || (asked == null && !named && !byDefault)) {
            return null;
        }
        return new TlsOptions(
                pem(environment, PREFIX + "CLIENT_CERT"),
                pem(environment, PREFIX + "CLIENT_KEY"),
                pem(environment, PREFIX + "SERVER_CA_CERT"),
                blankToNull(environment.get(PREFIX + "SERVER_NAME")),
                !Boolean.TRUE.equals(unverified));
    }

    /** A misspelt certificate would be left out in silence, and a plain or half-secured connection be made. */
    private static void refuseUnknown(Map<String, String> environment) {
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        "%s is not read here: Temporal's names are %s".formatted(name, new TreeSet<>(KNOWN)));
            }
        }
    }

    private static @Nullable Boolean flag(Map<String, String> environment, String name) {
        String value = blankToNull(environment.get(name));
        if (value != null && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(
                    "%s is \"%s\": expected true or false".formatted(name, Texts.shown(value)));
        }
        return value == null ? null : Boolean.valueOf(value);
    }

    private static @Nullable String pem(Map<String, String> environment, String name) {
        String data = blankToNull(environment.get(name + "_DATA"));
        String path = blankToNull(environment.get(name + "_PATH"));
        if (data != null && path != null) {
            throw new IllegalArgumentException("%s_DATA and %s_PATH are both set: keep one".formatted(name, name));
        }
        return path == null ? data : PemFile.read(name + "_PATH", path);
    }

    static @Nullable InputStream stream(@Nullable String pem) {
        return pem == null ? null : new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return (clientKey == null ? "TLS" : "mTLS") + (verifyName ? "" : " to a server of any name");
    }
}
