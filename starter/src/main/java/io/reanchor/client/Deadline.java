package io.reanchor.client;

import java.time.Duration;

/** When a caller stops waiting, by the JVM's monotonic clock. */
final class Deadline {
    private final long end;

    Deadline(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
    }

    /** What is left; a millisecond at least, so that a call made with it ends by time-out. */
    Duration left() {
        return Duration.ofMillis(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }

    Duration atMost(Duration limit) {
        Duration left = left();
        return left.compareTo(limit) < 0 ? left : limit;
    }

    boolean isPast() {
        return System.nanoTime() - end >= 0;
    }
}
