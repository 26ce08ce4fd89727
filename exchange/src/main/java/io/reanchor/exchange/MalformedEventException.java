package io.reanchor.exchange;

import org.jspecify.annotations.Nullable;

/** An event that isn't what the exchange documents. Reading the same bytes again doesn't help. */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long position;
    private final String expected;

    MalformedEventException(long position, String expected, String actual, @Nullable Throwable cause) {
        super("event is malformed at byte %d: expected %s, got %s".formatted(position, expected, actual), cause);
        this.position = position;
        this.expected = expected;
    }

    /** Where in the event, in bytes from its start. */
    public long position() {
        return position;
    }

    /** What should stand there. */
    public String expected() {
        return expected;
    }
}
