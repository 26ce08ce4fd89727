package io.reanchor.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * A range of exchange ids as typed: {@code 100..200}, {@code 100..}, {@code ..200}, or {@code 200} for {@code 200..200}.
 *
 * @param first first id, or null when open
 * @param last last id, or null when open
 */
record IdRange(@Nullable Long first, @Nullable Long last) {
    private static final Pattern FORM = Pattern.compile("(\\d*)(\\.\\.)?(\\d*)");

    static final IdRange OPEN = new IdRange(null, null);

    static IdRange parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches() || (m.group(1).isEmpty() && m.group(3).isEmpty())) {
            throw new TypeConversionException(
                    "'%s' is not a range of ids: expected FROM..TO, FROM.. or ..TO, as in 100..200".formatted(text));
        }
        Long first = id(m.group(1), text);
        Long last = m.group(2) == null ? first : id(m.group(3), text);
        if (first != null && last != null && first > last) {
            throw new TypeConversionException("'%s' is empty: %d is past %d".formatted(text, first, last));
        }
        return new IdRange(first, last);
    }

    private static @Nullable Long id(String digits, String text) {
        if (digits.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'%s' is not a range of ids: %s is past %d".formatted(text, digits, Long.MAX_VALUE));
        }
    }
}
