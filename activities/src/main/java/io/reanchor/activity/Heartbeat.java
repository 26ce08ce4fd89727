package io.reanchor.activity;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Heartbeats while a step works, and interrupts it when the server says that nobody waits for it any more: a step blocks in
 * HTTP, where it can't ask by itself.
 */
final class Heartbeat {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final ScheduledExecutorService beats;

    Heartbeat(ScheduledExecutorService beats) {
        this.beats = beats;
    }

    /**
     * Runs the work in this thread.
     *
     * @throws ActivityCompletionException when the activity was cancelled, timed out or its worker is shutting down
     */
    <T> T during(ActivityExecutionContext context, Callable<T> work) throws Exception {
        AtomicReference<ActivityCompletionException> ended = new AtomicReference<>();
        Object guard = new Object();
        Thread worker = Thread.currentThread();
        boolean[] working = {true};
        ScheduledFuture<?> beat = beats.scheduleWithFixedDelay(
                () -> {
                    try {
                        context.heartbeat(null);
                    } catch (ActivityCompletionException e) {
                        synchronized (guard) {
                            if (working[0] && ended.compareAndSet(null, e)) {
                                worker.interrupt();
                            }
                        }
                    }
                },
                INTERVAL.toMillis(), // most steps are over before that
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return work.call();
        } catch (Exception e) {
            ActivityCompletionException cause = ended.get();
            if (cause != null) {
                cause.addSuppressed(e);
                throw cause;
            }
            throw e;
        } finally {
            beat.cancel(false);
            synchronized (guard) {
                working[0] = false;
                if (ended.get() != null) {
                    Thread.interrupted(); // the interrupt was ours: the pool's thread must not keep it
                }
            }
        }
    }
}
