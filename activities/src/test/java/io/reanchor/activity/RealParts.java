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
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The saga and the real steps, against a real Redis and a simulated exchange, on a Temporal server. */
final class RealParts implements AutoCloseable {
    static final String SYMBOL = "BTCUSDT";
    /** Of all tests together, within a minute: more than an exchange gives one address. */
    static final int WEIGHT = 1_000_000;

    private static final WeightBudget BUDGET = new WeightBudget(WEIGHT, Duration.ofMinutes(1), InstantSource.system());

    final MarketState state;
    final LiveKeys keys;
    private final RecoverySteps steps;
    private final WorkflowClient client;
    private final Runnable stopTemporal;
    private final String temporal;
    private final String namespace;
    private final List<CrashingWorker> workers = new CopyOnWriteArrayList<>();

    private RealParts(
            RedisServer redis,
            int db,
            SimulatedExchange exchange,
            String temporal,
            String namespace,
            Runnable stopTemporal) {
        this.keys = new LiveKeys(redis, db);
        this.temporal = temporal;
        this.namespace = namespace;
        this.stopTemporal = stopTemporal;
        // Not what is tested here: a machine that runs eight of these at once is slower than 100 ms now and then.
        this.state = new MarketState(
                RedisSettings.of(URI.create(redis.uri() + "/" + db)).withOperationTimeout(Duration.ofSeconds(5)),
                Clock.systemUTC());
        MarketDataSources sources = new MarketDataSources(
                List.of(new BinanceSpotRest("simulated", exchange.restUri(), Duration.ofMinutes(2), BUDGET, 4 << 20)));
        this.client = CrashingWorker.client(CrashingWorker.connect(temporal), namespace);
        this.steps = new RecoverySteps(
                state, sources, RecoverySettings.DEFAULT, new TemporalRunRegistry(client), Clock.systemUTC());
    }

    /** With a Temporal test server of its own. */
    static RealParts inProcess(RedisServer redis, int db, SimulatedExchange exchange) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        TestServer.PortBoundTestServer server = TestServer.createPortBoundServer(port);
        return new RealParts(redis, db, exchange, "127.0.0.1:" + port, "default", server::close);
    }

    /** In a namespace of a Temporal server that runs already. */
    static RealParts on(String temporal, String namespace, RedisServer redis, int db, SimulatedExchange exchange) {
        return new RealParts(redis, db, exchange, temporal, namespace, () -> {});
    }

    ReanchorActivities activities() {
        return steps.activities();
    }

    /** Starts a worker, beside those that run. */
    void startWorker(OperationPolicy policy, ReanchorActivities activities) {
        workers.add(CrashingWorker.start(temporal, namespace, policy, activities));
    }

    /** As the steps see it, empty for none. */
    String lastCommitted() {
        return new TemporalRunRegistry(client).lastCommitted(SYMBOL).orElse("");
    }

    void stopWorkers() {
        workers.forEach(CrashingWorker::stop);
        workers.clear();
    }

    void crashWorkers() {
        workers.forEach(CrashingWorker::crash);
        workers.clear();
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
            run.getResult(150, TimeUnit.SECONDS, Object.class);
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
        stopWorkers();
        client.getWorkflowServiceStubs().shutdownNow();
        stopTemporal.run();
        steps.close();
        state.close();
    }
}
