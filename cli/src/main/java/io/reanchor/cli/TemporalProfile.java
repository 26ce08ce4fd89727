package io.reanchor.cli;

import io.temporal.envconfig.ClientConfig;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.envconfig.ClientConfigTLS;
import io.temporal.envconfig.LoadClientConfigOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A profile of the file that Temporal's own tools keep, {@code temporal.toml}: {@code TEMPORAL_PROFILE} names it, otherwise it is {@code default};
 * {@code TEMPORAL_CONFIG_FILE} names another file.
 */
final class TemporalProfile {
    private static final String FILE = "TEMPORAL_CONFIG_FILE";
    private static final String PROFILE = "TEMPORAL_PROFILE";
    private static final String DEFAULT = "default";

    private TemporalProfile() {}

    /**
     * What the profile says, under the names that the environment has for it; where the environment has its own, that counts.
     *
     * @throws IllegalArgumentException when file or profile are named and aren't there, or say what nobody here understands
     */
    static Map<String, String> under(Map<String, String> environment) {
        String file = environment.get(FILE);
        if (file != null && !Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException("%s is \"%s\": expected a file that can be read".formatted(FILE, file));
        }
        String named = environment.get(PROFILE);
        ClientConfigProfile profile = load(environment).getProfiles().get(named == null ? DEFAULT : named);
        if (profile == null) {
            if (named == null) {
                return environment;
            }
            throw new IllegalArgumentException(
                    "%s is \"%s\", and there is no such profile in %s".formatted(PROFILE, named, file(environment)));
        }
        if (profile.getMetadata() != null && !profile.getMetadata().keys().isEmpty()) {
            throw new IllegalArgumentException(
                    "profile \"%s\" in %s has grpc_meta, which isn't sent from here: use another profile"
                            .formatted(named == null ? DEFAULT : named, file(environment)));
        }
        Map<String, String> all = variables(profile);
        all.putAll(environment);
        return all;
    }

    private static String file(Map<String, String> environment) {
        return environment.getOrDefault(FILE, "Temporal's configuration file (temporal.toml)");
    }

    private static ClientConfig load(Map<String, String> environment) {
        try {
            return ClientConfig.load(LoadClientConfigOptions.newBuilder()
                    .setEnvOverrides(environment)
                    .setStrictConfigFile(true)
                    .build());
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("%s can't be used: %s".formatted(file(environment), e.getMessage()), e);
        }
    }

    private static Map<String, String> variables(ClientConfigProfile profile) {
        Map<String, String> found = new HashMap<>();
        put(found, "TEMPORAL_ADDRESS", profile.getAddress());
        put(found, "TEMPORAL_NAMESPACE", profile.getNamespace());
        put(found, "TEMPORAL_API_KEY", profile.getApiKey());
        ClientConfigTLS tls = profile.getTls();
        if (tls != null) {
            put(found, "TEMPORAL_TLS", Boolean.TRUE.equals(tls.isDisabled()) ? "false" : "true");
            put(found, "TEMPORAL_TLS_CLIENT_CERT_PATH", tls.getClientCertPath());
            put(found, "TEMPORAL_TLS_CLIENT_CERT_DATA", tls.getClientCertData());
            put(found, "TEMPORAL_TLS_CLIENT_KEY_PATH", tls.getClientKeyPath());
            put(found, "TEMPORAL_TLS_CLIENT_KEY_DATA", tls.getClientKeyData());
            put(found, "TEMPORAL_TLS_SERVER_CA_CERT_PATH", tls.getServerCACertPath());
            put(found, "TEMPORAL_TLS_SERVER_CA_CERT_DATA", tls.getServerCACertData());
            put(found, "TEMPORAL_TLS_SERVER_NAME", tls.getServerName());
            put(found, "TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", tls.isDisableHostVerification());
        }
        return found;
    }

    private static void put(Map<String, String> to, String name, @Nullable Object value) {
        if (value != null) {
            to.put(name, value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString());
        }
    }
}
