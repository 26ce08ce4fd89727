package io.reanchor.activity;

import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSources;
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
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerOptions;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The saga and the real steps, against a real Redis and a simulated exchange, on an in-process Temporal of their own. */
final class RealParts implements AutoCloseable {
    static final String SYMBOL = "BTCUSDT";

    final MarketState state;
    final LiveKeys keys;
    private final RecoverySteps steps;
    private final TestWorkflowEnvironment temporal;
    private final List<WorkerFactory> workers = new ArrayList<>();

    RealParts(RedisServer redis, int db, SimulatedExchange exchange) {
        this.keys = new LiveKeys(redis, db);
        // Not what is tested here: a machine that runs eight of these at once is slower than 100 ms now and then.
        this.state = new MarketState(
                RedisSettings.of(URI.create(redis.uri() + "/" + db)).withOperationTimeout(Duration.ofSeconds(5)),
                Clock.systemUTC());
        MarketDataSources sources = new MarketDataSources(
                List.of(new BinanceSpotRest("simulated", exchange.restUri(), Duration.ofMinutes(2))));
        this.temporal = TestWorkflowEnvironment.newInstance(
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
        this.steps = new RecoverySteps(
                state,
                sources,
                RecoverySettings.DEFAULT,
                new TemporalRunRegistry(temporal.getWorkflowClient()),
                Clock.systemUTC());
    }

    ReanchorActivities activities() {
        return steps.activities();
    }

    /** Starts a worker, beside those that run. */
    void startWorker(OperationPolicy policy, ReanchorActivities activities) {
        WorkerFactory factory = WorkerFactory.newInstance(temporal.getWorkflowClient());
        Worker worker = factory.newWorker(
                TaskQueues.REANCHOR,
                WorkerOptions.newBuilder()
                        .setStickyQueueScheduleToStartTimeout(Duration.ofMillis(500))
                        .build());
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class, () -> new ReanchorWorkflowImpl(policy), ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(activities);
        factory.start();
        workers.add(factory);
    }

    /** As a crash: nothing that runs on it answers any more. */
    void crashWorkers() {
        workers.forEach(WorkerFactory::shutdownNow);
        workers.clear();
    }

    WorkflowStub start(FeedGap gap) {
        WorkflowStub run = temporal.getWorkflowClient()
                .newUntypedWorkflowStub(
                        "Reanchor",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(ReanchorRequest.workflowId(SYMBOL))
                                .setTaskQueue(TaskQueues.REANCHOR)
                                .build());
        run.start(new ReanchorRequest(SYMBOL, gap, "test", "test", null));
        return run;
    }

    /** Waits for the end, whichever it is, and asks how it ended. */
    static ReanchorResult end(WorkflowStub run) throws TimeoutException {
        try {
            run.getResult(90, TimeUnit.SECONDS, Object.class);
        } catch (WorkflowFailedException e) {
            // rolled back, or cancelled: the status tells
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
