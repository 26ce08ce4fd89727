package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.WeightQueue;
import io.reanchor.redis.MarketState;
import io.reanchor.workflow.ReanchorActivities;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the steps and owns their threads. Thread-safe; to be closed after the worker that runs the activities.
 */
public final class RecoverySteps implements AutoCloseable {
    private final ExecutorService requests = Executors.newCachedThreadPool(threads("reanchor-request-"));
    private final ScheduledExecutorService beats =
            Executors.newSingleThreadScheduledExecutor(threads("reanchor-heartbeat-"));
    private final ReanchorActivities activities;

    /** For sources without a budget to wait for. */
    public RecoverySteps(
            MarketState state, MarketDataSources sources, RecoverySettings settings, RunRegistry runs, Clock clock) {
        this(
                state,
                sources,
                new WeightQueue(List.of(), settings.depthLimit(), settings.lookBack(), clock),
                settings,
                runs,
                clock);
    }

    /**
     * @param state the Redis that holds the live state; stays the caller's to close
     * @param sources where market data comes from
     * @param queue where recoveries wait for the sources' weight
     * @param runs tells which runs are closed
     * @param clock bounds waits within a step; never compared with the exchange's time
     */
    public RecoverySteps(
            MarketState state,
            MarketDataSources sources,
            WeightQueue queue,
            RecoverySettings settings,
            RunRegistry runs,
            Clock clock) {
        this.activities = new ReanchorActivitiesImpl(state, sources, queue, settings, runs, clock, requests, beats);
    }

    /** What a worker registers. */
    public ReanchorActivities activities() {
        return activities;
    }

    @Override
    public void close() {
        requests.shutdownNow();
        beats.shutdownNow();
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
