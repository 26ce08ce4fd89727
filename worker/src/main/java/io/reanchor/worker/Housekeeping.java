package io.reanchor.worker;

import io.reanchor.redis.MarketState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Frees, now and then, what cut-overs replaced longer ago than the retention, and looks at what recoveries hold. */
final class Housekeeping implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final MarketState state;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "housekeeping");
        thread.setDaemon(true);
        return thread;
    });
    private final LeftBehind leftBehind;
    private volatile boolean running;

    Housekeeping(MarketState state, LeftBehind leftBehind) {
        this.state = state;
        this.leftBehind = leftBehind;
    }

    @Override
    public void start() {
        running = true;
        timer.scheduleWithFixedDelay(this::run, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void run() {
        try {
            List<String> freed = state.sweep();
            if (!freed.isEmpty()) {
                log.info("freed {} keys of replaced states", freed.size());
            }
        } catch (RuntimeException e) {
            // The keys' own TTL is the backstop, and the next sweep comes soon.
            log.warn("replaced states can't be freed now: {}", e.getMessage());
        }
        try {
            leftBehind.seen(state.unfinished());
        } catch (RuntimeException e) {
            log.warn("flags and staged keys can't be counted now: {}", e.getMessage());
        }
    }

    @Override
    public void stop() {
        running = false;
        timer.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
