package io.reanchor.demo.soak;

import java.time.Duration;

/**
 * Something that goes wrong for a while.
 *
 * @param kind what is counted
 * @param what of it, for a person
 * @param begin makes it happen
 * @param lasts until {@code end}
 * @param end puts it right again
 */
record Trouble(String kind, String what, Runnable begin, Duration lasts, Runnable end) {
    @Override
    public String toString() {
        return "%s%s, for %d ms".formatted(kind, what.isEmpty() ? "" : ": " + what, lasts.toMillis());
    }
}
