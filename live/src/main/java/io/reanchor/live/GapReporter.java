package io.reanchor.live;

import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports symbols that are behind, each again and again until it no longer is: a report is never remembered as sent, since the recovery that
 * took it may fail, and its effect may be lost in a failover. The first report of a gap goes out at once; the next follow after a second, two,
 * four, up to half a minute: to join a recovery that goes on costs it an event in its history. Thread-safe.
 */
final class GapReporter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GapReporter.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int AT_ONCE = 16;

    private final Consumer<ReanchorRequest> port;
    private final String reportedBy;
    private final InstantSource clock;
    private final Map<String, Reported> symbols = new ConcurrentHashMap<>();
    private final ExecutorService threads;

    /** What was last reported of a symbol that is behind. */
    private static final class Reported {
        private boolean onItsWay;
        private Instant notBefore = Instant.EPOCH;
        private Duration pause = FIRST_PAUSE;
    }

    /**
     * @param port starts or joins a recovery, and returns when a worker has taken the report; throws when none did
     * @param reportedBy who asks, for operators
     */
    GapReporter(Consumer<ReanchorRequest> port, String reportedBy, InstantSource clock) {
        this.port = port;
        this.reportedBy = reportedBy;
        this.clock = clock;
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(AT_ONCE, task -> {
            Thread thread = new Thread(task, "reanchor-reports-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether {@link #behind} would send a report now. */
    boolean isDue(String symbol) {
        Reported reported = symbols.get(symbol);
        if (reported == null) {
            return true;
        }
        synchronized (reported) {
            return isDue(reported);
        }
    }

    private boolean isDue(Reported reported) {
        return !reported.onItsWay && !clock.instant().isBefore(reported.notBefore);
    }

    /**
     * The symbol is behind. To be called as long as it is; returns at once.
     *
     * @param reason for operators
     */
    void behind(String symbol, FeedGap gap, String reason) {
        Reported reported = symbols.computeIfAbsent(symbol, s -> new Reported());
        synchronized (reported) {
            if (!isDue(reported) || threads.isShutdown()) {
                return;
            }
            reported.onItsWay = true;
            reported.notBefore = clock.instant().plus(reported.pause);
            Duration next = reported.pause.multipliedBy(2);
            reported.pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
        }
        threads.execute(() -> send(reported, new ReanchorRequest(symbol, gap, reason, reportedBy, null)));
    }

    /** The symbol no longer is behind: what it lacks next is reported at once. */
    void goesOn(String symbol) {
        symbols.remove(symbol);
    }

    private void send(Reported reported, ReanchorRequest request) {
        try {
            port.accept(request);
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the gap {} couldn't be reported, which is tried again unless it is closed by then: {}",
                    request.symbol(),
                    request.gap(),
                    e.getMessage());
        } finally {
            synchronized (reported) {
                reported.onItsWay = false;
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
