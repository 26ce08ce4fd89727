package io.reanchor.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

/** Environments as Boot makes them, of given variables and given YAML over the packaged application.yaml. */
final class Environments {
    private Environments() {}

    static ConfigurableEnvironment packaged(String yaml, Map<String, String> variables) {
        ConfigurableEnvironment environment = bare(yaml, variables);
        add(environment, new ClassPathResource("application.yaml"));
        return environment;
    }

    static ConfigurableEnvironment bare(String yaml, Map<String, String> variables) {
        var environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new LinkedHashMap<>(variables)));
        ConfigurationPropertySources.attach(environment);
        if (!yaml.isBlank()) {
            add(environment, new ByteArrayResource(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        return environment;
    }

    private static void add(ConfigurableEnvironment environment, Resource yaml) {
        try {
            new YamlPropertySourceLoader()
                    .load(yaml.getDescription(), yaml)
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
