package io.reanchor.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Durations and times as typed. */
final class Times {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Times() {}

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}. */
    static Duration duration(String text) {
        Matcher m = DURATION.matcher(text);
        if (!m.matches()) {
            throw new TypeConversionException(
                    "'%s' is not a duration: expected a number with ms, s, m, h or d, as in 30s".formatted(text));
        }
        long n = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    /** A time with its offset, {@code 2024-08-08T12:00:00Z}, or how long ago: {@code 5m}. Not in the future. */
    static Instant since(String text, Instant now) {
        Instant at;
        if (DURATION.matcher(text).matches()) {
            at = now.minus(duration(text));
        } else {
            try {
                at = OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'%s' is not a time: expected one like 2024-08-08T12:00:00Z, or how long ago, as in 5m"
                                .formatted(text));
            }
        }
        if (at.isAfter(now)) {
            throw new TypeConversionException("'%s' is in the future: it is %s".formatted(text, now));
        }
        return at;
    }
}
