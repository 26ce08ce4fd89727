package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Temporal is: the environment says, an option overrules it. */
final class ConnectionOptions {
    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "Temporal's frontend. Default: TEMPORAL_ADDRESS, the profile's, or 127.0.0.1:7233.")
    private @Nullable String address;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "Temporal's namespace. Default: TEMPORAL_NAMESPACE, the profile's, or default.")
    private @Nullable String namespace;

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:/]+):\\d{1,5}");

    /** Connects at the first call. */
    ReanchorClient connect() {
        try {
            ReanchorClientOptions options =
                    ReanchorClientOptions.fromEnvironment(TemporalProfile.under(System.getenv()));
            if (address != null) {
                options = options.withAddress(requireHostAndPort(address));
            }
            if (namespace != null) {
                options = options.withNamespace(namespace);
            }
            return ReanchorClient.connect(options);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, e.getMessage(), e);
        }
    }

    private static String requireHostAndPort(String address) {
        if (!HOST_AND_PORT.matcher(address).matches()) {
            throw new IllegalArgumentException(
                    "--address is \"%s\": expected HOST:PORT, as in 127.0.0.1:7233".formatted(address));
        }
        return address;
    }
}
