package io.reanchor.worker;

import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Polls for work once Temporal and Redis are there, however long that takes; at the end lets running activities finish. It
 * stops before the web server does, so that health is answered during the drain.
 */
final class WorkerLifecycle implements SmartLifecycle {
    enum State {
        WAITING,
        POLLING,
        DRAINING,
        STOPPED
    }

    private static final Logger log = LoggerFactory.getLogger(WorkerLifecycle.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);

    private final WorkerFactory factory;
    private final List<Watch> needed;
    private final Duration drainTimeout;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile State state = State.STOPPED;

    WorkerLifecycle(WorkerFactory factory, List<Watch> needed, Duration drainTimeout) {
        this.factory = factory;
        this.needed = List.copyOf(needed);
        this.drainTimeout = drainTimeout;
    }

    State state() {
        return state;
    }

    @Override
    public void start() {
        state = State.WAITING;
        needed.forEach(Watch::start);
        Thread gate = new Thread(this::waitThenPoll, "start-gate");
        gate.setDaemon(true);
        gate.start();
    }

    private void waitThenPoll() {
        long said = System.nanoTime();
        try {
            do {
                String missing = missing();
                if (missing.isEmpty() && poll()) {
                    return;
                }
                if (!missing.isEmpty() && System.nanoTime() - said >= SAY_EVERY.toNanos()) {
                    said = System.nanoTime();
                    log.warn("waiting to start: {}", missing);
                }
            } while (!stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String missing() {
        return needed.stream()
                .filter(watch -> !watch.finding().up())
                .map(watch -> watch.what() + ' ' + watch.finding().detail())
                .collect(Collectors.joining("; "));
    }

    /** Under the lock, so that a stop that comes meanwhile finds the factory either started or never to be. */
    private synchronized boolean poll() {
        if (state != State.WAITING) {
            return true;
        }
        try {
            factory.start();
        } catch (RuntimeException e) {
            log.warn("waiting to start: Temporal was there and then refused: {}", e.getMessage());
            return false;
        }
        state = State.POLLING;
        log.info("ready: polling for recoveries");
        return true;
    }

    @Override
    public void stop() {
        stopping.countDown();
        boolean polled;
        synchronized (this) {
            polled = state == State.POLLING;
            state = polled ? State.DRAINING : State.STOPPED;
        }
        if (polled) {
            drain();
        }
        needed.forEach(Watch::close);
        state = State.STOPPED;
    }

    private void drain() {
        long began = System.nanoTime();
        log.info("stopping: no more work is taken; running activities have {} s to finish", drainTimeout.toSeconds());
        try {
            factory.shutdown();
            factory.awaitTermination(drainTimeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!factory.isTerminated()) {
                log.warn(
                        "stopping: not finished within re_anchor.worker.drain_timeout_seconds ({} s); Temporal gives what still runs"
                                + " to another worker when its time is over",
                        drainTimeout.toSeconds());
                factory.shutdownNow();
            }
        } catch (RuntimeException e) {
            log.error(
                    "stopping: the drain failed; what still runs is given to another worker when its time is over", e);
        }
        log.info(
                "stopped after {} ms",
                Duration.ofNanos(System.nanoTime() - began).toMillis());
    }

    @Override
    public boolean isRunning() {
        return state != State.STOPPED;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
