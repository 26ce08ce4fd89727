package io.reanchor.faults;

import io.reanchor.activity.RecoverySteps;
import io.reanchor.activity.TemporalRunRegistry;
import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisLogin;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisSettings.Lifetimes;
import io.reanchor.redis.RedisSettings.Replicas;
import io.reanchor.redis.RedisTopology;
import io.reanchor.testkit.RedisCluster;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.ReanchorWorkflowImpl;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Three primaries with a replica each, and the real workflow on an in-process Temporal server; each symbol has an
 * exchange of its own. A cut-over waits for the replica.
 */
final class ClusterRig implements AutoCloseable {
    private static final Duration OPERATION_TIMEOUT = Duration.ofMillis(250);
    /** Slots move without end: on a busy machine 30 s may pass in which no attempt at a step meets a quiet moment. */
    private static final OperationPolicy POLICY =
            new OperationPolicy(Duration.ofSeconds(120), 3, Duration.ofSeconds(60));

    private static final Lifetimes LIFETIMES =
            new Lifetimes(Duration.ofMinutes(4), Duration.ofMinutes(10), Duration.ofMinutes(10));

    final Tally met = new Tally();
    final RedisCluster cluster = RedisCluster.start(1);
    final ReanchorClient client;
    private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance(
            TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
    private final Map<String, Exchange> exchanges = new HashMap<>();
    private final Map<String, RecoverySteps> steps = new HashMap<>();
    private final Set<String> cuttingOver = ConcurrentHashMap.newKeySet();
    private final MarketState state;

    private ClusterRig(List<String> symbols, long seed) {
        WorkflowClient connected = temporal.getWorkflowClient();
        state = new MarketState(
                RedisSettings.of(new RedisTopology.Cluster(cluster.seeds(), RedisLogin.NONE))
                        .withOperationTimeout(OPERATION_TIMEOUT)
                        .withLifetimes(LIFETIMES)
                        .withReplicas(new Replicas(1, Duration.ofSeconds(1))),
                Clock.systemUTC());
        for (String symbol : symbols) {
            Exchange exchange = Exchange.start(seed, symbol);
            exchanges.put(symbol, exchange);
            steps.put(
                    symbol,
                    new RecoverySteps(
                            state,
                            exchange.sources,
                            exchange.settings,
                            new TemporalRunRegistry(connected),
                            Clock.systemUTC()));
        }
        Worker worker = temporal.newWorker(TaskQueues.REANCHOR);
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class, () -> new ReanchorWorkflowImpl(POLICY), ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(Proxy.newProxyInstance(
                ReanchorActivities.class.getClassLoader(),
                new Class<?>[] {ReanchorActivities.class},
                (proxy, method, args) -> call(method, args)));
        temporal.start();
        client = ReanchorClient.over(connected, ReanchorClientOptions.DEFAULT);
    }

    static ClusterRig start(List<String> symbols, long seed) {
        return new ClusterRig(symbols, seed);
    }

    Exchange exchange(String symbol) {
        return Objects.requireNonNull(exchanges.get(symbol));
    }

    /** Each order names its symbol first. */
    private Object call(Method method, Object[] args) throws Throwable {
        String symbol = (String) args[0].getClass().getMethod("symbol").invoke(args[0]);
        boolean cutOver = method.getName().equals("swap");
        try {
            if (cutOver) {
                cuttingOver.add(symbol);
            }
            return method.invoke(
                    Objects.requireNonNull(steps.get(symbol), symbol).activities(), args);
        } catch (InvocationTargetException e) {
            Throwable failure = e.getTargetException();
            met.addRefusal(part(method.getName()), failure);
            throw failure;
        } finally {
            if (cutOver) {
                cuttingOver.remove(symbol);
            }
        }
    }

    /** Whether an attempt at it is in hand. */
    boolean isCuttingOver(String symbol) {
        return cuttingOver.contains(symbol);
    }

    private static String part(String step) {
        return switch (step) {
            case "swap" -> "cut-over";
            case "settle" -> "settling";
            default -> "staging";
        };
    }

    @Override
    public void close() {
        temporal.close();
        steps.values().forEach(RecoverySteps::close);
        state.close();
        exchanges.values().forEach(Exchange::close);
        cluster.close();
    }
}
