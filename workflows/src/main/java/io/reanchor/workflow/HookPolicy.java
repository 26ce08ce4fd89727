package io.reanchor.workflow;

import java.time.Duration;

/**
 * Whether a recovery asks a hook before its cut-over, and tells one after it. Where they are is the worker's own to know: a history may be
 * read by many.
 *
 * @param beforeCutOver whether one is asked, and may refuse
 * @param afterCutOver whether one is told how it went
 * @param timeout of one call
 */
public record HookPolicy(boolean beforeCutOver, boolean afterCutOver, Duration timeout) {
    public static final HookPolicy NONE = new HookPolicy(false, false, Duration.ofSeconds(5));

    public HookPolicy {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a hook's timeout must be positive, not " + timeout);
        }
    }
}
