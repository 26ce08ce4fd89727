package io.reanchor.worker;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** The worker's process. Ends with 1 when the configuration is refused, else runs until it is told to stop. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties({ReanchorProperties.class, RedisProperties.class})
@Import({TemporalMetrics.class, HealthConfiguration.class, RecoveryWiring.class, WorkerConfiguration.class})
public class WorkerApplication {

    /** Starts the worker; arguments are settings, as in {@code --redis.uri=redis://10.0.0.1}. */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** The application as it runs everywhere, with beans of a test added to it. */
    static SpringApplication application(Class<?>... more) {
        return new SpringApplicationBuilder(WorkerApplication.class)
                .sources(more)
                .initializers(new SettingsCheck())
                .build();
    }
}
