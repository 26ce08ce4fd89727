package io.reanchor.cli;

import java.time.Duration;

/** A moment by the monotonic clock: several waits share one time-out. */
record Deadline(long nanoTime) {
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** What is left, at least a millisecond: a call with no time at all could not even say so. */
    Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, nanoTime - System.nanoTime()));
    }
}
