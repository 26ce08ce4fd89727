package io.reanchor.worker;

import io.reanchor.worker.Probe.Finding;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one thing again and again, in a thread of its own, so that whoever asks for health gets the last finding at once
 * and never waits. A finding that has become old counts as down. Thread-safe.
 */
final class Watch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration OLD = Duration.ofSeconds(10);

    private record Seen(Finding finding, Instant at) {}

    private final Probe probe;
    private final InstantSource clock;
    private volatile Seen last;
    private final Thread thread;

    Watch(Probe probe, InstantSource clock) {
        this.probe = probe;
        this.clock = clock;
        last = new Seen(Finding.down("not looked at yet"), clock.instant());
        thread = new Thread(this::watch, "watch-" + probe.what().split(" ", 2)[0]);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    String what() {
        return probe.what();
    }

    Finding finding() {
        Seen seen = last;
        Duration age = Duration.between(seen.at(), clock.instant());
        return age.compareTo(OLD) > 0
                ? Finding.down("no answer for %d s: the process or the network hangs".formatted(age.toSeconds()))
                : seen.finding();
    }

    private void watch() {
        boolean wasUp = false;
        while (!Thread.currentThread().isInterrupted()) {
            Finding finding = look();
            last = new Seen(finding, clock.instant());
            if (wasUp && !finding.up()) {
                log.warn("{} is lost: {}", probe.what(), finding.detail());
            } else if (!wasUp && finding.up()) {
                log.info("{} is there: {}", probe.what(), finding.detail());
            }
            wasUp = finding.up();
            try {
                Thread.sleep(EVERY.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Finding look() {
        try {
            return probe.look();
        } catch (RuntimeException e) {
            log.error("{} can't be looked at", probe.what(), e);
            return Finding.down("can't be looked at: " + e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
