package io.reanchor.client;

import io.reanchor.workflow.TaskQueues;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Temporal is, and how long a caller waits. Immutable.
 *
 * @param address {@code host:port} of Temporal's frontend
 * @param namespace Temporal namespace
 * @param apiKey API key, or null; never printed
 * @param tls how to encrypt, or null for plain text
 * @param taskQueue where the workers poll
 * @param callTimeout how long one call may take, and how long to wait for a worker to take a report
 * @param reportTimeout how long {@link ReanchorClient#recover(io.reanchor.workflow.ReanchorRequest)} may take in all: joining waits for
 *     staging, and a gap that isn't covered waits for the running recovery's end
 */
public record ReanchorClientOptions(
        String address,
        String namespace,
        @Nullable String apiKey,
        @Nullable TlsOptions tls,
        String taskQueue,
        Duration callTimeout,
        Duration reportTimeout) {

    /** A plain-text local server, namespace {@code default}. */
    public static final ReanchorClientOptions DEFAULT = new ReanchorClientOptions(
            "127.0.0.1:7233",
            "default",
            null,
            null,
            TaskQueues.REANCHOR,
            Duration.ofSeconds(10),
            Duration.ofSeconds(90));

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:/@]{1,255}):[0-9]{1,5}");

    public ReanchorClientOptions {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(taskQueue, "taskQueue");
        requirePositive("callTimeout", callTimeout);
        requirePositive("reportTimeout", reportTimeout);
    }

    /** {@link #DEFAULT}, changed by what the process's environment says. */
    public static ReanchorClientOptions fromEnvironment() {
        return fromEnvironment(System.getenv());
    }

    /**
     * {@link #DEFAULT}, changed by Temporal's own names: {@code TEMPORAL_ADDRESS}, {@code TEMPORAL_NAMESPACE}, and those of
     * {@link TemporalSecurity}.
     *
     * @throws IllegalArgumentException naming the variable, its value and what is allowed
     */
    public static ReanchorClientOptions fromEnvironment(Map<String, String> environment) {
        TemporalSecurity security = TemporalSecurity.fromEnvironment(environment);
        return new ReanchorClientOptions(
                Objects.requireNonNullElse(address(environment), DEFAULT.address()),
                Objects.requireNonNullElse(blankToNull(environment.get("TEMPORAL_NAMESPACE")), DEFAULT.namespace()),
                security.apiKey(),
                security.tls(),
                DEFAULT.taskQueue(),
                DEFAULT.callTimeout(),
                DEFAULT.reportTimeout());
    }

    private static @Nullable String address(Map<String, String> environment) {
        String address = blankToNull(environment.get("TEMPORAL_ADDRESS"));
        if (address != null && !HOST_AND_PORT.matcher(address).matches()) {
            // Not shown when it may hold a password.
            throw new IllegalArgumentException("TEMPORAL_ADDRESS is %s: expected HOST:PORT, as in 127.0.0.1:7233"
                    .formatted(address.contains("@") ? "not one" : '"' + Texts.shown(address) + '"'));
        }
        return address;
    }

    /** API key and TLS. */
    public TemporalSecurity security() {
        return new TemporalSecurity(apiKey, tls);
    }

    public ReanchorClientOptions withAddress(String address) {
        return new ReanchorClientOptions(address, namespace, apiKey, tls, taskQueue, callTimeout, reportTimeout);
    }

    public ReanchorClientOptions withNamespace(String namespace) {
        return new ReanchorClientOptions(address, namespace, apiKey, tls, taskQueue, callTimeout, reportTimeout);
    }

    public ReanchorClientOptions withTaskQueue(String taskQueue) {
        return new ReanchorClientOptions(address, namespace, apiKey, tls, taskQueue, callTimeout, reportTimeout);
    }

    public ReanchorClientOptions withCallTimeout(Duration callTimeout) {
        return new ReanchorClientOptions(address, namespace, apiKey, tls, taskQueue, callTimeout, reportTimeout);
    }

    public ReanchorClientOptions withReportTimeout(Duration reportTimeout) {
        return new ReanchorClientOptions(address, namespace, apiKey, tls, taskQueue, callTimeout, reportTimeout);
    }

    @Override
    public String toString() {
        return "ReanchorClientOptions[%s, namespace %s, task queue %s, %s]"
                .formatted(address, namespace, taskQueue, security());
    }

    static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("%s must be positive, not %s".formatted(name, value));
        }
    }
}
