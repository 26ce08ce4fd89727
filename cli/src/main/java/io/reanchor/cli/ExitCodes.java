package io.reanchor.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the command's exit status means; stable, since scripts rely on it. The texts are shown by {@code --help}. */
final class ExitCodes {
    static final int OK = 0;
    static final int UNEXPECTED = 1;
    static final int USAGE = 2;
    static final int ROLLED_BACK = 3;
    static final int UNREACHABLE = 4;
    static final int UNKNOWN = 5;
    static final int REFUSED = 6;
    static final int MISMATCH = 7;
    static final int NOT_FOUND = 8;
    static final int NOT_WELL = 9;

    /** What {@code --help} says of each. */
    static final Map<String, String> TEXTS = texts(
            "committed, or done",
            "unforeseen (try REANCHOR_DEBUG=1); demo, soak: a broken promise",
            "the command line, or a file it names, can't be used",
            "rolled back: the live keys are what they were",
            "Temporal can't be reached, or refuses this client",
            "the outcome isn't known, yet or any more; 'reanchor status' looks again",
            "refused: an abort that came too late, a gap that isn't covered",
            "replay: the recording contradicts the book, or proves nothing",
            "there is no such recovery",
            "doctor: something isn't well");

    private ExitCodes() {}

    private static Map<String, String> texts(String... inOrder) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String text : inOrder) {
            texts.put(String.valueOf(texts.size()), text);
        }
        return Collections.unmodifiableMap(texts);
    }
}
