package io.reanchor.demo;

import io.reanchor.demo.SimpleWriter.Standing;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Who takes part in the acts.
 *
 * @param narrator tells the audience
 * @param promises takes what was promised, held or not
 */
record Cast(
        Rig rig,
        Feed feed,
        SimpleWriter writer,
        GapReporter reporter,
        StageLine stages,
        Narrator narrator,
        Promises promises) {

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    /**
     * Waits until the writer stands as wished.
     *
     * @return how it stands then, or at the end of the patience
     */
    Standing await(Predicate<Standing> wish, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Standing standing = standing();
        while (!wish.test(standing) && System.nanoTime() < end) {
            Thread.sleep(LOOK_EVERY.toMillis());
            standing = standing();
        }
        return standing;
    }

    private Standing standing() {
        String ended = feed.ended();
        if (ended != null) {
            throw new IllegalStateException("the exchange's stream broke off: " + ended);
        }
        return writer.standing();
    }

    /** Whether the writer has caught up, and has applied more than {@code updates} updates. */
    static Predicate<Standing> goesOn(long updates) {
        return writer -> writer.bookLack() == null
                && writer.barsLack() == null
                && writer.waiting().isEmpty()
                && writer.appliedUpdates() > updates;
    }
}
