package io.reanchor.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells what happens, a line at a time, as it happens. Thread-safe, as print streams are. */
final class Narrator {
    private final PrintStream to;

    Narrator(PrintStream to) {
        this.to = to;
    }

    void title(String text) {
        to.println();
        to.println(text);
    }

    void say(String format, Object... values) {
        to.println("  " + String.format(Locale.ROOT, format, values));
    }

    void blank() {
        to.println();
    }

    /** Something that happened so long after a moment that was named before. */
    void at(Duration after, String text) {
        to.printf(Locale.ROOT, "  %8s  %s%n", Words.of(after), text);
    }

    /** One line of a table: what, and two columns of which either may be empty. */
    void row(String what, Object first, Object second) {
        to.println(String.format(Locale.ROOT, "  %-44s %12s %12s", what, first, second)
                .stripTrailing());
    }
}
