package io.reanchor.activity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Pauses that double from 100 ms to a second, and never reach past a moment. Not thread-safe. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Clock clock;
    private final Instant until;
    private Duration next = FIRST;

    Backoff(Clock clock, Instant until) {
        this.clock = clock;
        this.until = until;
    }

    /**
     * Waits, unless the moment would have passed by then.
     *
     * @return false when there is no time left for another try
     */
    boolean pause() throws InterruptedException {
        if (clock.instant().plus(next).isAfter(until)) {
            return false;
        }
        Thread.sleep(next.toMillis());
        next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
        return true;
    }
}
