package io.reanchor.activity;

/** A step that failed for a reason of its own; becomes an {@code ApplicationFailure} of the same type. */
final class StepFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final boolean retryable;

    StepFailure(String type, boolean retryable, String message) {
        super(message);
        this.type = type;
        this.retryable = retryable;
    }

    String type() {
        return type;
    }

    boolean retryable() {
        return retryable;
    }
}
