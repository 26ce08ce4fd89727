package io.reanchor.faults;

import io.reanchor.activity.RecoverySteps;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisTopology;
import io.reanchor.workflow.ReanchorActivities;
import io.temporal.activity.ActivityOptions;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.worker.WorkerFactoryOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The real activities in Temporal's test environment: as one worker, which connects anew for each run. One run at a time. */
final class Activities implements AutoCloseable {
    /** Short, so that a cell which waits for it is over soon; a time-out that nobody ordered is one fault more. */
    static final Duration OPERATION_TIMEOUT = Duration.ofMillis(250);

    /** Where nothing is to time out. */
    static final Duration UNHURRIED = Duration.ofSeconds(20);

    /** How long an attempt may last when nothing else is said. */
    static final Duration ATTEMPT = Duration.ofSeconds(40);

    private static final int CHUNK = 25;

    private final Attempt attempt = new Attempt();
    private final TestActivityEnvironment environment =
            TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                    .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                            .setWorkerInterceptors(attempt)
                            .build())
                    .build());
    private ReanchorActivities stub;
    private final Set<String> closedRuns = ConcurrentHashMap.newKeySet();
    private @Nullable Connected connected;

    private record Connected(MarketState state, RecoverySteps steps) {}

    Activities() {
        ReanchorActivities current = (ReanchorActivities) Proxy.newProxyInstance(
                ReanchorActivities.class.getClassLoader(),
                new Class<?>[] {ReanchorActivities.class},
                (proxy, method, args) -> {
                    try {
                        return method.invoke(
                                Objects.requireNonNull(connected, "connect first")
                                        .steps
                                        .activities(),
                                args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        environment.registerActivitiesImplementations(current);
        stub = stub(ATTEMPT);
    }

    private ReanchorActivities stub(Duration attemptTimeout) {
        return environment.newActivityStub(
                ReanchorActivities.class,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(attemptTimeout)
                        .setScheduleToCloseTimeout(attemptTimeout)
                        .build());
    }

    /** Attempts from now on last that long at most. */
    void limitAttempts(Duration timeout) {
        stub = stub(timeout);
    }

    static RedisSettings settings(RedisTopology redis, Duration timeout) {
        RedisSettings defaults = RedisSettings.of(redis);
        return new RedisSettings(
                defaults.topology(),
                timeout,
                defaults.connections(),
                defaults.keyspace(),
                defaults.lifetimes(),
                CHUNK,
                defaults.cutOverAttempts(),
                defaults.replicas());
    }

    void connect(RedisTopology redis, Exchange exchange, Duration timeout) {
        disconnect();
        MarketState state = new MarketState(settings(redis, timeout), Clock.systemUTC());
        connected = new Connected(
                state,
                new RecoverySteps(
                        state,
                        exchange.sources,
                        exchange.settings,
                        (workflowId, runId) -> closedRuns.contains(runId),
                        Clock.systemUTC()));
    }

    void disconnect() {
        Connected last = connected;
        connected = null;
        if (last != null) {
            last.steps.close();
            last.state.close();
        }
    }

    /** The activities as this attempt of this run calls them. */
    ReanchorActivities as(String runId, int number) {
        attempt.of(runId, number);
        return stub;
    }

    /** From now on the registry knows that it is over. */
    void runEnded(String runId) {
        closedRuns.add(runId);
    }

    @Override
    public void close() {
        disconnect();
        environment.close();
    }
}
