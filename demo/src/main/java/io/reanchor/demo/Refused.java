package io.reanchor.demo;

/** Why the demo can't begin, in a line that says what to do. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message, Throwable cause) {
        super(message, cause);
    }

    Refused(String message) {
        super(message);
    }
}
