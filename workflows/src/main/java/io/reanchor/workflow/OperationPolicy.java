package io.reanchor.workflow;

import java.time.Duration;

/**
 * The limits that a recovery keeps; the worker's configuration, recorded in the history when a recovery begins.
 *
 * @param operationTimeout from the start of the workflow to the moment it gives up ({@code operation_timeout_seconds})
 * @param maxAttempts of each activity, within what is left of the deadline ({@code max_retry_attempts})
 * @param undoTimeout how long an undo may take; the flag outlives the deadline by it
 * @param hooks who is asked before a cut-over, and told after it
 * @param searchAttributes whether runs have {@link SearchAttributes}; older histories don't say, and have none
 */
public record OperationPolicy(
        Duration operationTimeout, int maxAttempts, Duration undoTimeout, HookPolicy hooks, boolean searchAttributes) {

    /** The brief's values. */
    public static final OperationPolicy DEFAULT =
            new OperationPolicy(Duration.ofSeconds(30), 3, Duration.ofSeconds(30));

    public OperationPolicy(Duration operationTimeout, int maxAttempts, Duration undoTimeout) {
        this(operationTimeout, maxAttempts, undoTimeout, HookPolicy.NONE, false);
    }

    public OperationPolicy {
        hooks = hooks == null ? HookPolicy.NONE : hooks; // older histories have none
        if (operationTimeout.isNegative()
                || operationTimeout.isZero()
                || undoTimeout.isNegative()
                || undoTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "timeouts must be positive, not %s and %s".formatted(operationTimeout, undoTimeout));
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("max_retry_attempts must be at least 1, not " + maxAttempts);
        }
    }
}
