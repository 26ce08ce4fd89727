package io.reanchor.demo;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes a writer's reports on, one at a time, each until its recovery has ended. Can hold them back for a while. Thread-safe. */
final class GapReporter implements Consumer<FeedGap>, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A report that didn't help isn't hammered. */
    private static final Duration REST = Duration.ofMillis(500);

    private final ReanchorClient client;
    private final String symbol;
    private final InstantSource clock;
    private final BlockingQueue<Reported> reported = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "demo-gap-reporter");
        thread.setDaemon(true);
        return thread;
    });
    private boolean held;
    private boolean busy;
    private int count;
    private @Nullable RuntimeException failure;

    /**
     * A report and the recovery that takes care of it.
     *
     * @param at when it was sent
     * @param result how the recovery ended, once it has
     */
    record Reported(FeedGap gap, Instant at, Recovery recovery, CompletableFuture<ReanchorResult> result) {}

    GapReporter(ReanchorClient client, String symbol, InstantSource clock) {
        this.client = client;
        this.symbol = symbol;
        this.clock = clock;
    }

    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
    }

    /** How many of the writer's reports were sent. */
    synchronized int count() {
        return count;
    }

    @Override
    public synchronized void accept(FeedGap gap) {
        if (!held && !busy && !threads.isShutdown()) {
            busy = true;
            count++;
            threads.execute(() -> report(gap));
        }
    }

    private void report(FeedGap gap) {
        try {
            Reported sent = send(gap, "the live writer met a gap");
            reported.add(sent);
            sent.result().handle((result, problem) -> result).join();
            Thread.sleep(REST.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            free();
        }
    }

    private synchronized void fail(RuntimeException e) {
        failure = e;
    }

    private synchronized void free() {
        busy = false;
    }

    /** Reports what no writer asks for; returns when a worker has taken it. */
    Reported send(FeedGap gap, String reason) {
        Instant at = clock.instant();
        Recovery recovery = client.recover(new ReanchorRequest(symbol, gap, reason, "demo", null));
        return new Reported(gap, at, recovery, CompletableFuture.supplyAsync(() -> recovery.await(PATIENCE), threads));
    }

    /**
     * The writer's next report that a worker has taken.
     *
     * @throws IllegalStateException when none comes in time, or reporting failed
     */
    Reported next(Duration patience) throws InterruptedException {
        Reported next = reported.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
            return next;
        }
        synchronized (this) {
            throw new IllegalStateException(
                    failure == null
                            ? "the writer reported nothing within " + Words.of(patience)
                            : "the writer's report failed: " + failure.getMessage(),
                    failure);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
