package io.reanchor.testkit;

/** The server refused a command; the message is its own, as in {@code NOPERM …}. */
public final class RespError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RespError(String message) {
        super(message);
    }
}
