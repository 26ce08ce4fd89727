package io.reanchor.worker;

import io.reanchor.kit.Keyspace;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A worker inside another process: what the demo runs. Waits for Temporal and Redis like any worker; whoever embeds it asks
 * its readiness. Thread-safe.
 */
public final class ReanchorWorker implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private ReanchorWorker(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts a worker.
     *
     * @param settings as docs/configuration.md names them, e.g. {@code redis.uri}; they win over environment and files.
     *     {@code server.port} 0 takes a free one. Logs go to standard output unless {@code logging.threshold.console} is
     *     {@code off}; {@code logging.file.name} sends them to a file. They are left as the process has them when the system
     *     property {@code org.springframework.boot.logging.LoggingSystem} is {@code none}
     * @throws RuntimeException when the settings are refused; its message names each and what is allowed
     */
    public static ReanchorWorker start(Map<String, String> settings) {
        return start(settings, new Class<?>[0]);
    }

    static ReanchorWorker start(Map<String, String> settings, Class<?>... more) {
        SpringApplication application = WorkerApplication.application(more);
        // Whoever embeds it decides when it ends: no hook of ours, nor one of the logging's.
        application.setRegisterShutdownHook(false);
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + '=' + setting.getValue())
                .toArray(String[]::new);
        return new ReanchorWorker(application.run(arguments));
    }

    /** The port that health and metrics are served on. */
    public int port() {
        return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    /** The names that its keys have, by its settings. */
    public Keyspace keyspace() {
        return context.getBean(RedisProperties.class).settings().keyspace();
    }

    /** Lets running activities finish, within the drain's limit, then ends the worker. */
    @Override
    public void close() {
        context.close();
    }
}
