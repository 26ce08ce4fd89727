package io.reanchor.market;

/**
 * Text from outside, made fit for one line of a log, of an error or of a terminal: nobody may write a log line of their own, steer
 * an operator's terminal, or fill a disk with what they send.
 */
public final class OneLine {
    /** As much as tells a person what came. */
    private static final int MAX_SHOWN = 120;

    private OneLine() {}

    /** At most 120 characters of it, "…" after what was cut. */
    public static String of(String text) {
        return of(text, MAX_SHOWN);
    }

    /**
     * At most {@code max} characters of it, "…" after what was cut. A space stands for each run of what isn't printed: white space,
     * control characters, marks that turn the direction of writing, halves of characters.
     */
    public static String of(String text, int max) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), max) + 2);
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            boolean printed = isPrinted(c);
            if (!printed && !line.isEmpty() && line.charAt(line.length() - 1) == ' ') {
                continue;
            }
            if (line.length() + (printed ? Character.charCount(c) : 1) > max) {
                return line.append('…').toString();
            }
            line.appendCodePoint(printed ? c : ' ');
        }
        return line.toString();
    }

    private static boolean isPrinted(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
