package io.reanchor.activity;

import java.util.Locale;

/** What befalls a step, and whether its effect in Redis has happened by then. */
enum StepFault {
    /** It fails for good. */
    FAILS_BEFORE,
    FAILS_AFTER,
    /** It fails once: the reply is lost, or the worker hiccups. */
    FAILS_ONCE_BEFORE,
    FAILS_ONCE_AFTER,
    /** Every attempt hangs. */
    HANGS_BEFORE,
    HANGS_AFTER,
    /** The workflow is cancelled while the step runs; the attempt never answers. */
    CANCELLED_BEFORE,
    CANCELLED_AFTER,
    /** The worker is gone in the midst of the step; another one takes over. */
    CRASHES_BEFORE,
    CRASHES_AFTER;

    boolean after() {
        return name().endsWith("AFTER");
    }

    /** Whether the very same step is done in the end, by another attempt. */
    boolean recovers() {
        return this == FAILS_ONCE_BEFORE || this == FAILS_ONCE_AFTER || this == CRASHES_BEFORE || this == CRASHES_AFTER;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
