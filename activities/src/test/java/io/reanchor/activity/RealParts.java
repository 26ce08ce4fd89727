package io.reanchor.activity;

import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.WeightBudget;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.ReanchorWorkflowImpl;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The saga and the real steps, against a real Redis and a simulated exchange, on an in-process Temporal of their own. */
final class RealParts implements AutoCloseable {
    static final String SYMBOL = "BTCUSDT";
    /** Of all tests together, within a minute: more than an exchange gives one address. */
    static final int WEIGHT = 1_000_000;

    private static final WeightBudget BUDGET = new WeightBudget(WEIGHT, Duration.ofMinutes(1), InstantSource.system());

    final MarketState state;
    final LiveKeys keys;
    private final RecoverySteps steps;
    private final TestWorkflowEnvironment temporal;
    /** The environment's own client waits without end. */
    private final WorkflowClient client;

    private final List<WorkerFactory> workers = new CopyOnWriteArrayList<>();

    RealParts(RedisServer redis, int db, SimulatedExchange exchange) {
        this.keys = new LiveKeys(redis, db);
        // Not what is tested here: a machine that runs eight of these at once is slower than 100 ms now and then.
        this.state = new MarketState(
                RedisSettings.of(URI.create(redis.uri() + "/" + db)).withOperationTimeout(Duration.ofSeconds(5)),
                Clock.systemUTC());
        MarketDataSources sources = new MarketDataSources(
                List.of(new BinanceSpotRest("simulated", exchange.restUri(), Duration.ofMinutes(2), BUDGET, 4 << 20)));
        this.temporal = TestWorkflowEnvironment.newInstance(
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
        this.client = WorkflowClient.newInstance(temporal.getWorkflowServiceStubs());
        this.steps = new RecoverySteps(
                state, sources, RecoverySettings.DEFAULT, new TemporalRunRegistry(client), Clock.systemUTC());
    }

    ReanchorActivities activities() {
        return steps.activities();
    }

    /** Starts a worker, beside those that run. */
    void startWorker(OperationPolicy policy, ReanchorActivities activities) {
        // Without a cache: each task may go to any worker, and each replays all that was decided before.
        WorkerFactory factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder().setWorkflowCacheSize(0).build());
        Worker worker = factory.newWorker(TaskQueues.REANCHOR);
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class, () -> new ReanchorWorkflowImpl(policy), ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(activities);
        factory.start();
        workers.add(factory);
    }

    /** As a crash: nothing that runs on them answers any more. Waits for attempts that don't listen. */
    void crashWorkers() {
        List<WorkerFactory> crashed = List.copyOf(workers);
        workers.clear();
        crashed.forEach(WorkerFactory::shutdownNow);
    }

    /** A crash after which another worker goes on. */
    void crashWorkersAndStart(OperationPolicy policy, ReanchorActivities activities) {
        List<WorkerFactory> crashed = List.copyOf(workers);
        workers.clear();
        startWorker(policy, activities);
        crashed.forEach(WorkerFactory::shutdownNow);
    }

    WorkflowStub start(FeedGap gap) {
        WorkflowStub run = client.newUntypedWorkflowStub(
                "Reanchor",
                WorkflowOptions.newBuilder()
                        .setWorkflowId(ReanchorRequest.workflowId(SYMBOL))
                        .setTaskQueue(TaskQueues.REANCHOR)
                        .build());
        run.start(new ReanchorRequest(SYMBOL, gap, "test", "test", null));
        return run;
    }

    /** Waits for the end, whichever it is, and asks how it ended. */
    static ReanchorResult end(WorkflowStub run) {
        try {
            run.getResult(60, TimeUnit.SECONDS, Object.class);
        } catch (WorkflowFailedException e) {
            // rolled back, or cancelled: the status tells
        } catch (TimeoutException e) {
            throw new AssertionError("it doesn't end: " + run.query("status", ReanchorStatus.class), e);
        }
        ReanchorStatus status = run.query("status", ReanchorStatus.class);
        return Objects.requireNonNull(status.result(), () -> "no result: " + status);
    }

    @Override
    public void close() {
        workers.forEach(WorkerFactory::shutdownNow);
        temporal.close();
        steps.close();
        state.close();
    }
}
