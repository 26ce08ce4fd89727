package io.reanchor.demo;

import io.reanchor.workflow.Stage;
import java.time.Duration;
import java.util.Locale;

/** Small pieces of text. */
final class Words {
    private Words() {}

    /** {@code BUILDING_FEATURES} is "building features". */
    static String of(Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@code 412 ms}, {@code 2.41 s}. */
    static String of(Duration duration) {
        long ms = duration.toMillis();
        return Math.abs(ms) < 1000 ? ms + " ms" : String.format(Locale.ROOT, "%.2f s", ms / 1000.0);
    }

    /** {@code 1,998}. */
    static String of(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 update}, {@code 5 updates}. */
    static String of(long number, String what) {
        return of(number) + " " + what + (number == 1 ? "" : "s");
    }
}
