package io.reanchor.demo;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Passes a writer's reports on, and can hold them back for a while. Several may be of one recovery: they join it. Thread-safe. */
final class GapReporter implements Consumer<ReanchorRequest>, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ReanchorClient client;
    private final String symbol;
    private final InstantSource clock;
    private final BlockingQueue<Reported> reported = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "demo-gap-reporter");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<String> runs = new HashSet<>();
    private boolean held;

    /**
     * A report and the recovery that takes care of it.
     *
     * @param at when it was sent
     * @param result how the recovery ended, once it has
     */
    record Reported(Instant at, Recovery recovery, CompletableFuture<ReanchorResult> result) {}

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
        notifyAll();
    }

    /** How many recoveries the writer's reports have started. */
    synchronized int recoveries() {
        return runs.size();
    }

    /** Returns when a worker has taken it; a report that is held waits here. */
    @Override
    public void accept(ReanchorRequest report) {
        awaitRelease();
        Reported sent = send(report);
        synchronized (this) {
            if (runs.add(sent.recovery().runId())) {
                reported.add(sent);
            }
        }
    }

    private synchronized void awaitRelease() {
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the demo is being ended", e);
        }
    }

    /** Reports what no writer asks for; returns when a worker has taken it. */
    Reported send(FeedGap gap, String reason) {
        return send(new ReanchorRequest(symbol, gap, reason, "demo", null));
    }

    private Reported send(ReanchorRequest report) {
        Instant at = clock.instant();
        Recovery recovery = client.recover(report);
        return new Reported(at, recovery, CompletableFuture.supplyAsync(() -> recovery.await(PATIENCE), threads));
    }

    /**
     * The writer's next report that started a recovery.
     *
     * @throws IllegalStateException when none comes in time
     */
    Reported next(Duration patience) throws InterruptedException {
        Reported next = reported.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
            return next;
        }
        throw new IllegalStateException("the writer reported nothing new within " + Words.of(patience));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
