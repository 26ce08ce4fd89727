package io.reanchor.boot;

import io.reanchor.client.ReanchorClientOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * {@code reanchor.client.*}: where Temporal is, and how long to wait. What isn't set is as Temporal's own environment names say
 * ({@code TEMPORAL_ADDRESS}, {@code TEMPORAL_NAMESPACE}), or the default. API key and TLS come from those names alone, so that they are
 * in no configuration file.
 *
 * @param address host:port of Temporal's frontend
 * @param namespace Temporal's namespace
 * @param callTimeout how long one call may take
 * @param reportTimeout how long a report may take until a worker has taken it
 */
@ConfigurationProperties(value = "reanchor.client", ignoreUnknownFields = false)
public record ReanchorClientProperties(
        @Nullable String address,
        @Nullable String namespace,
        @Nullable Duration callTimeout,
        @Nullable Duration reportTimeout) {

    ReanchorClientOptions over(ReanchorClientOptions options) {
        ReanchorClientOptions result = options;
        if (address != null) {
            result = result.withAddress(address);
        }
        if (namespace != null) {
            result = result.withNamespace(namespace);
        }
        if (callTimeout != null) {
            result = result.withCallTimeout(callTimeout);
        }
        if (reportTimeout != null) {
            result = result.withReportTimeout(reportTimeout);
        }
        return result;
    }
}
