package io.reanchor.testkit;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a test needs beyond this repository: it is skipped, loudly, where that is missing, and fails under {@code CI=true}.
 */
public final class Prerequisite {
    private Prerequisite() {}

    /**
     * The prerequisite, or the test's end.
     *
     * @param found what was looked for
     * @param missing what is missing, and how to get it
     * @param skip the test framework's way to skip, e.g. {@code org.opentest4j.TestAbortedException::new}
     * @throws IllegalStateException when it is missing and the environment says {@code CI=true}
     */
    public static <T> T orSkip(Optional<T> found, String missing, Function<String, ? extends RuntimeException> skip) {
        if (found.isPresent()) {
            return found.get();
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(missing + " (CI=true: not skipped)");
        }
        System.err.println("SKIPPED: " + missing);
        throw skip.apply(missing);
    }
}
