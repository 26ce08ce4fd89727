package io.reanchor.client;

import org.jspecify.annotations.Nullable;

/** What kept a call from being answered. A recovery that was rolled back isn't one: that is a result. */
public final class ReanchorException extends RuntimeException {
    /** Nobody answered within the caller's deadline: whether the request took effect isn't known. */
    public static final String NO_ANSWER = "NoAnswer";
    /** Temporal can't be reached. */
    public static final String TEMPORAL_UNAVAILABLE = "TemporalUnavailable";
    /** Temporal refuses this client: wrong namespace, missing rights. */
    public static final String TEMPORAL_REFUSED = "TemporalRefused";
    /** The symbol has no recovery, neither running nor kept. */
    public static final String NOT_FOUND = "NotFound";
    /** The run was closed from outside before it could say how it ended. */
    public static final String CLOSED = "ClosedFromOutside";
    /** The run refuses what it was asked for, as it stands now; the message says why, and what to do instead. */
    public static final String REFUSED = "Refused";
    /** This Temporal server doesn't have what the call needs. */
    public static final String NOT_SUPPORTED = "NotSupported";

    private static final long serialVersionUID = 1L;

    private final String type;
    private final boolean retryable;

    ReanchorException(String type, boolean retryable, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.type = type;
        this.retryable = retryable;
    }

    /** A constant of this class or of {@link io.reanchor.workflow.FailureTypes}. */
    public String type() {
        return type;
    }

    /** Whether the same call may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
