package io.reanchor.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A way in which an endpoint of the simulated exchange goes wrong. */
public sealed interface Fault {
    /** Answers, but late. */
    record Late(Duration by) implements Fault {}

    /** Doesn't answer until it is healed. */
    record Hang() implements Fault {}

    /**
     * An HTTP status instead of an answer.
     *
     * @param retryAfterSeconds the {@code Retry-After} header, null for none
     */
    record Status(int code, @Nullable Integer retryAfterSeconds) implements Fault {}

    /** A body that isn't what was asked for. */
    record Body(String text) implements Fault {}

    /** A body of that many bytes, sent without its length. */
    record Oversize(int bytes) implements Fault {}

    /** Hangs up in the middle of the answer. */
    record CutShort() implements Fault {}

    /** The book as it was a while ago; for {@link Endpoint#DEPTH}. */
    record StaleSnapshot(Duration age) implements Fault {}

    /** A best bid above the best ask; for {@link Endpoint#DEPTH}. */
    record CrossedBook() implements Fault {}

    /** The newest aggregate trades aren't shown yet; for {@link Endpoint#AGG_TRADES}. */
    record LateTrades(int newest) implements Fault {}
}
