package io.reanchor.demo;

import io.reanchor.live.LiveFeed.Standing;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Who takes part in the acts.
 *
 * @param narrator tells the audience
 * @param promises takes what was promised, held or not
 */
record Cast(Rig rig, Writer writer, GapReporter reporter, StageLine stages, Narrator narrator, Promises promises) {

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    /**
     * Waits until the writer stands as wished.
     *
     * @return how it stands then, or at the end of the patience
     */
    Standing await(Predicate<Standing> wish, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Standing standing = writer.standing();
        while (!wish.test(standing) && System.nanoTime() < end) {
            Thread.sleep(LOOK_EVERY.toMillis());
            standing = writer.standing();
        }
        return standing;
    }

    /** Whether the writer has all that came, in a book that is past {@code updateId}. */
    static Predicate<Standing> goesOn(long updateId) {
        return writer -> writer.isWhole()
                && !writer.doubted()
                && writer.book().id() != null
                && writer.book().id() > updateId;
    }
}
