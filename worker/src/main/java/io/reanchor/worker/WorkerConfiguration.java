package io.reanchor.worker;

import io.reanchor.client.Payloads;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.spring.boot.TemporalOptionsCustomizer;
import io.temporal.spring.boot.autoconfigure.properties.TemporalProperties;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** The Temporal worker. The starter brings the client; its own worker factory knows neither waiting nor draining. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {
    /** Virtual threads are there from 21 on. */
    private static final boolean VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    /** A cancelled activity learns of it by its next heartbeat that is really sent. */
    private static final Duration HEARTBEAT_THROTTLE = Duration.ofSeconds(1);

    /** The starter's own settings know no texts, no authority and no server name. */
    @Bean
    TemporalOptionsCustomizer<WorkflowServiceStubsOptions.Builder> temporalSecurity(
            ConfigurableEnvironment environment) {
        return stubs -> {
            TemporalEnvironment.security(environment).applyTo(stubs);
            return stubs;
        };
    }

    @Bean
    WorkflowClient workflowClient(WorkflowServiceStubs temporal, TemporalProperties settings) {
        return WorkflowClient.newInstance(
                temporal,
                WorkflowClientOptions.newBuilder()
                        .setNamespace(Objects.requireNonNull(settings.getNamespace()))
                        .setDataConverter(Payloads.converter())
                        .build());
    }

    /** Its end is the lifecycle's business. */
    @Bean(destroyMethod = "")
    WorkerFactory workerFactory(
            WorkflowClient client,
            ReanchorProperties settings,
            ReanchorActivities activities,
            WorkflowRegistration workflows,
            RecoveryMeters meters) {
        WorkerFactory factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setUsingVirtualWorkflowThreads(VIRTUAL_THREADS)
                        .setWorkerInterceptors(new StageLog(meters), new MeteredRuns(meters))
                        .build());
        Worker worker = factory.newWorker(TaskQueues.REANCHOR, options(settings.worker()));
        workflows.register(worker);
        worker.registerActivitiesImplementations(activities);
        return factory;
    }

    private static WorkerOptions options(ReanchorProperties.Worker limits) {
        return WorkerOptions.newBuilder()
                .setMaxConcurrentActivityExecutionSize(limits.maxConcurrentActivities())
                .setMaxConcurrentWorkflowTaskExecutionSize(limits.maxConcurrentWorkflowTasks())
                .setMaxHeartbeatThrottleInterval(HEARTBEAT_THROTTLE)
                // Without it the first heartbeat after SIGTERM throws: the drain would cut what it waits for.
                .setAllowActivityHeartbeatDuringShutdown(true)
                .setUsingVirtualThreads(VIRTUAL_THREADS)
                .build();
    }

    @Bean
    WorkerLifecycle workerLifecycle(
            WorkerFactory factory, Watch temporalWatch, Watch redisWatch, ReanchorProperties settings) {
        return new WorkerLifecycle(
                factory,
                List.of(temporalWatch, redisWatch),
                Duration.ofSeconds(settings.worker().drainTimeoutSeconds()));
    }
}
