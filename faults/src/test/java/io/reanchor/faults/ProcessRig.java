package io.reanchor.faults;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.client.Recovery;
import io.reanchor.testkit.TemporalDevServer;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A real Temporal server that stores what it knows, a Redis, an exchange, and two workers; all processes of their own. */
final class ProcessRig implements AutoCloseable {
    /** A step that hangs is given to the other worker after six seconds. */
    private static final String[] LIMITS = {
        "--re_anchor.operation_timeout_seconds=60",
        "--re_anchor.max_retry_attempts=10",
        "--re_anchor.worker.drain_timeout_seconds=10"
    };

    /** A worker that sleeps may have been given the task: it is another's after ten seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    final Server server = Server.start(Server.Kind.FORGETFUL);
    final Seed seed;
    final TemporalDevServer temporal;
    final ReanchorClient client;
    final List<WorkerProcess> workers = new ArrayList<>();
    private final Path folder;
    private final String[] settings;

    private ProcessRig(long seedNumber, int workerCount, String... settings) throws IOException, InterruptedException {
        this.settings = settings;
        try (Activities activities = new Activities()) {
            seed = Seed.prepare(seedNumber, server, activities);
        }
        folder = Files.createTempDirectory("reanchor-temporal-db-");
        temporal = TemporalDevServer.startOrSkip(
                TestAbortedException::new,
                "--db-filename",
                folder.resolve("temporal.db").toString());
        client = ReanchorClient.connect(
                ReanchorClientOptions.DEFAULT.withAddress(temporal.address()).withCallTimeout(PATIENCE));
        for (int i = 0; i < workerCount; i++) {
            addWorker();
        }
        for (WorkerProcess worker : workers) {
            worker.awaitReady();
        }
    }

    static ProcessRig start(long seedNumber, int workers) {
        return start(seedNumber, workers, LIMITS);
    }

    /** With other limits for the workers. */
    static ProcessRig start(long seedNumber, int workers, String... settings) {
        try {
            return new ProcessRig(seedNumber, workers, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts another one. */
    WorkerProcess addWorker() {
        WorkerProcess worker = WorkerProcess.start(server, temporal.address(), seed.exchange(), settings);
        workers.add(worker);
        return worker;
    }

    /** Forgets one that has ended, and waits for another in its place. */
    void replace(WorkerProcess worker) throws InterruptedException {
        workers.remove(worker);
        worker.close();
        addWorker().awaitReady();
    }

    /** Closes the run at once: nobody settles it. */
    void terminate(Recovery recovery) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal.address())
                .build());
        try {
            WorkflowClient.newInstance(stubs, WorkflowClientOptions.getDefaultInstance())
                    .newUntypedWorkflowStub(recovery.workflowId())
                    .terminate("a test");
        } finally {
            stubs.shutdownNow();
        }
    }

    @Override
    public void close() {
        workers.forEach(WorkerProcess::close);
        client.close();
        temporal.close();
        seed.close();
        server.close();
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
