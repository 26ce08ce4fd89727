package io.reanchor.market.check;

import java.util.stream.Collectors;

/** Every staged key has as many fields as were written to it. */
final class Complete implements Check {
    @Override
    public String name() {
        return "COMPLETE";
    }

    @Override
    public Kind kind() {
        return Kind.STRUCTURE;
    }

    @Override
    public Threshold threshold() {
        return Threshold.NONE;
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        String expected = "every staged key with the number of fields written";
        if (input.keyCounts().isEmpty()) {
            return new Finding(false, expected, "no key was counted");
        }
        String wrong = input.keyCounts().stream()
                .filter(k -> k.expected() != k.actual())
                .map(k -> "%s has %d, expected %d".formatted(k.key(), k.actual(), k.expected()))
                .collect(Collectors.joining("; "));
        return new Finding(wrong.isEmpty(), expected, wrong.isEmpty() ? counts(input) : wrong);
    }

    private static String counts(CheckInput input) {
        return input.keyCounts().stream()
                .map(k -> k.key() + " has " + k.actual())
                .collect(Collectors.joining("; "));
    }
}
