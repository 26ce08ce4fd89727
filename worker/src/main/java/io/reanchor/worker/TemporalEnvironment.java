package io.reanchor.worker;

import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.client.TemporalSecurity;
import java.util.HashMap;
import java.util.Map;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** What is set under Temporal's own names, {@code TEMPORAL_*}: in the environment, or as an argument of the same name. */
final class TemporalEnvironment {
    private static final String PREFIX = "TEMPORAL_";

    private TemporalEnvironment() {}

    /**
     * API key and TLS.
     *
     * @throws IllegalArgumentException naming the variable and what is allowed
     */
    static TemporalSecurity security(ConfigurableEnvironment environment) {
        return ReanchorClientOptions.fromEnvironment(variables(environment)).security();
    }

    /** As they stand there: a secret isn't searched for placeholders. */
    private static Map<String, String> variables(ConfigurableEnvironment environment) {
        var found = new HashMap<String, String>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> names) {
                for (String name : names.getPropertyNames()) {
                    Object value = name.startsWith(PREFIX) ? source.getProperty(name) : null;
                    if (value != null) {
                        found.putIfAbsent(name, value.toString());
                    }
                }
            }
        }
        return found;
    }
}
