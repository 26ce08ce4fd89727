package io.reanchor.redis;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong in Redis, with what an operator needs: the key, expected, actual, whether trying again helps, the next step.
 */
public final class RedisStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final boolean retryable;

    RedisStateException(String type, boolean retryable, String message) {
        this(type, retryable, message, null);
    }

    RedisStateException(String type, boolean retryable, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.type = type;
        this.retryable = retryable;
    }

    /** One of {@link io.reanchor.workflow.FailureTypes}. */
    public String type() {
        return type;
    }

    /** Whether the very same call may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
