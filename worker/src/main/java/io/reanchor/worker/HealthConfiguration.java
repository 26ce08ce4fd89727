package io.reanchor.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.reanchor.worker.Probe.Finding;
import io.reanchor.workflow.SearchAttributes;
import io.temporal.client.WorkflowClient;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Readiness: Redis and its role; Temporal's namespace, and that polls succeed. Nothing here waits for anything. */
@Configuration(proxyBeanMethods = false)
class HealthConfiguration {
    @Bean(destroyMethod = "close")
    Watch redisWatch(RedisProperties redis) {
        return new Watch(new RedisProbe(redis), InstantSource.system());
    }

    @Bean(destroyMethod = "close")
    Watch temporalWatch(WorkflowClient client, ReanchorProperties settings) {
        return new Watch(
                new TemporalProbe(
                        client.getWorkflowServiceStubs(),
                        client.getOptions().getNamespace(),
                        settings.searchAttributes() ? SearchAttributes.ALL : List.of()),
                InstantSource.system());
    }

    @Bean
    HealthIndicator redisHealthIndicator(Watch redisWatch) {
        return () -> health(redisWatch);
    }

    @Bean
    HealthIndicator temporalHealthIndicator(Watch temporalWatch, PollWatch polls, WorkerLifecycle worker) {
        return () -> {
            Health health = health(temporalWatch);
            return temporalWatch.finding().up() ? polling(health, polls, worker.state()) : health;
        };
    }

    /** The same, to alert on: 1 is well. Polls that fail while Temporal is up mean rights, or a worker that hangs. */
    @Bean
    MeterBinder upMetrics(Watch redisWatch, Watch temporalWatch, PollWatch polls) {
        return registry -> {
            up("redis", () -> redisWatch.finding().up(), registry);
            up("temporal", () -> temporalWatch.finding().up(), registry);
            up("polls", () -> polls.failing().isEmpty(), registry);
        };
    }

    private static void up(String what, BooleanSupplier well, MeterRegistry registry) {
        Gauge.builder("reanchor.up", () -> well.getAsBoolean() ? 1 : 0)
                .description("whether what a worker needs is there")
                .tag("what", what)
                .register(registry);
    }

    private static Health health(Watch watch) {
        Finding finding = watch.finding();
        return (finding.up() ? Health.up() : Health.down())
                .withDetail("what", watch.what())
                .withDetail("found", finding.detail())
                .build();
    }

    private static Health polling(Health health, PollWatch polls, WorkerLifecycle.State state) {
        return switch (state) {
            case WAITING -> down(health, "not polling yet: it begins when Redis is there too");
            case DRAINING -> down(health, "draining: running activities finish, no more work is taken");
            case STOPPED -> down(health, "stopped");
            case POLLING -> {
                List<String> failing = polls.failing();
                yield failing.isEmpty()
                        ? Health.status(health.getStatus())
                                .withDetails(health.getDetails())
                                .withDetail("worker", "polling")
                                .build()
                        : down(
                                health,
                                "polls fail (%s): look at the rights of this client in the namespace, and at the server's log"
                                        .formatted(String.join(", ", failing)));
            }
        };
    }

    private static Health down(Health health, String why) {
        return Health.down()
                .withDetails(health.getDetails())
                .withDetail("worker", why)
                .build();
    }
}
