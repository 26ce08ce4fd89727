package io.reanchor.market;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * An exact decimal packed in a {@code long}: a signed mantissa of at most 17 digits above six bits of scale.
 *
 * <p>The packing is normalised (no trailing zero behind the point), so two packed decimals are the same number exactly when
 * the two longs are equal, and zero is {@code 0L}. A number that doesn't fit is refused, never rounded.
 */
public final class PackedDecimal {
    /** Most significant digits of a packed decimal. */
    public static final int MAX_DIGITS = 17;

    private static final int SCALE_BITS = 6;
    private static final int MAX_SCALE = (1 << SCALE_BITS) - 1;
    private static final long LIMIT = 100_000_000_000_000_000L;
    /** A sign, a zero, the point, and what can stand behind it. */
    static final int MAX_ASCII = 3 + MAX_SCALE;

    private static final int SHORT_TEXT = MAX_DIGITS + 1;
    private static final int MAX_TEXT = 128;
    private static final long[] POW10 = new long[19];
    private static final double[] DOUBLE_POW10 = new double[23];

    static {
        long power = 1;
        for (int i = 0; i < POW10.length; i++, power *= 10) {
            POW10[i] = power;
        }
        for (int i = 0; i < DOUBLE_POW10.length; i++) {
            DOUBLE_POW10[i] = BigDecimal.TEN.pow(i).doubleValue();
        }
    }

    private PackedDecimal() {}

    /**
     * Packs a plain decimal such as {@code 61837.63000000}.
     *
     * @throws NumberFormatException when the text isn't {@code -?[0-9]+(\.[0-9]+)?}
     * @throws ArithmeticException when the number has more than 17 significant digits
     */
    public static long parse(CharSequence text) {
        byte[] ascii = text.toString().getBytes(StandardCharsets.UTF_8);
        return parse(ascii, 0, ascii.length);
    }

    /**
     * Packs the plain decimal that stands in {@code ascii[from..to)}; the same grammar and errors as {@link #parse(CharSequence)}.
     */
    public static long parse(byte[] ascii, int from, int to) {
        int length = to - from;
        if (length <= 0 || length > SHORT_TEXT) {
            return parseLong(ascii, from, to);
        }
        int at = from;
        boolean negative = ascii[at] == '-';
        if (negative) {
            at++;
        }
        long mantissa = 0;
        int integerFrom = at;
        int digit = 0;
        while (at < to && (digit = ascii[at] - '0') >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            at++;
        }
        if (at == integerFrom) {
            throw malformed(ascii, from, to);
        }
        int scale = 0;
        if (at < to) {
            if (ascii[at] != '.' || at + 1 == to) {
                throw malformed(ascii, from, to);
            }
            int end = to;
            while (ascii[end - 1] == '0') {
                end--;
            }
            for (int i = at + 1; i < end; i++) {
                digit = ascii[i] - '0';
                if (digit < 0 || digit > 9) {
                    throw malformed(ascii, from, to);
                }
                mantissa = mantissa * 10 + digit;
                scale++;
            }
        }
        if (mantissa >= LIMIT) {
            throw tooLong(string(ascii, from, to));
        }
        return (negative ? -mantissa : mantissa) << SCALE_BITS | scale;
    }

    /** The rare long text: leading or trailing zeros may still make it fit. */
    private static long parseLong(byte[] ascii, int from, int to) {
        if (to - from > MAX_TEXT) {
            throw tooLong(string(ascii, from, from + MAX_TEXT + 1));
        }
        int at = from < to && ascii[from] == '-' ? from + 1 : from;
        int points = 0;
        for (int i = at; i < to; i++) {
            boolean point = ascii[i] == '.' && i > at && i + 1 < to && points++ == 0;
            if (!point && (ascii[i] < '0' || ascii[i] > '9')) {
                throw malformed(ascii, from, to);
            }
        }
        if (at >= to) {
            throw malformed(ascii, from, to);
        }
        return of(new BigDecimal(string(ascii, from, to)));
    }

    /**
     * Packs a number.
     *
     * @throws ArithmeticException when it has more than 17 significant digits, or more than 63 behind the point
     */
    public static long of(BigDecimal value) {
        BigDecimal plain = Decimals.canonical(value);
        if (plain.precision() > MAX_DIGITS || plain.scale() > MAX_SCALE) {
            throw tooLong(value.precision() > MAX_TEXT ? value.round(Decimals.SHORT) + "…" : value.toString());
        }
        return plain.unscaledValue().longValueExact() << SCALE_BITS | plain.scale();
    }

    /**
     * Packs {@code unscaled / 10^scale}.
     *
     * @throws ArithmeticException when it has more than 17 significant digits, or more than 63 behind the point
     */
    public static long of(long unscaled, int scale) {
        boolean normal = scale == 0 || unscaled % 10 != 0;
        return normal && scale >= 0 && scale <= MAX_SCALE && unscaled > -LIMIT && unscaled < LIMIT
                ? unscaled << SCALE_BITS | scale
                : of(BigDecimal.valueOf(unscaled, scale));
    }

    /** The exact number, without trailing zeros. */
    public static BigDecimal toBigDecimal(long packed) {
        return BigDecimal.valueOf(mantissa(packed), scale(packed));
    }

    /** The one canonical text of the number: plain, no exponent, no trailing zeros behind the point. */
    public static String toString(long packed) {
        byte[] ascii = new byte[MAX_ASCII];
        return new String(ascii, 0, write(packed, ascii, 0), StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes {@link #toString(long)} into a buffer that has room for {@link #MAX_ASCII} bytes more.
     *
     * @return where the text ends
     */
    static int write(long packed, byte[] into, int at) {
        int scale = scale(packed);
        long rest = Math.abs(mantissa(packed));
        int digits = scale + 1; // a zero before the point at least
        while (digits < POW10.length && rest >= POW10[digits]) {
            digits++;
        }
        int from = at;
        if (packed < 0) {
            into[from++] = '-';
        }
        int end = from + digits + (scale > 0 ? 1 : 0);
        int to = end;
        for (int place = 0; place < digits; place++) {
            if (place == scale && scale > 0) {
                into[--to] = '.';
            }
            into[--to] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    /** Orders by value, as {@link BigDecimal#compareTo}. */
    public static int compare(long a, long b) {
        int scaleA = scale(a);
        int scaleB = scale(b);
        if (scaleA == scaleB) {
            return Long.compare(a, b); // equal low bits: the mantissas decide
        }
        return scaleA < scaleB
                ? compareScaled(mantissa(a), scaleB - scaleA, mantissa(b))
                : -compareScaled(mantissa(b), scaleA - scaleB, mantissa(a));
    }

    /** Compares {@code a * 10^power} with {@code b}. */
    private static int compareScaled(long a, int power, long b) {
        if (power >= POW10.length) {
            return a == 0 ? Long.compare(0, b) : Long.signum(a);
        }
        long high = Math.multiplyHigh(a, POW10[power]);
        long low = a * POW10[power];
        return high == low >> 63 ? Long.compare(low, b) : Long.signum(a);
    }

    /** -1, 0 or 1. */
    public static int signum(long packed) {
        return Long.signum(mantissa(packed));
    }

    /** The nearest double; for features only, never for a price or a quantity that is stored. */
    public static double toDouble(long packed) {
        long mantissa = mantissa(packed);
        int scale = scale(packed);
        if (Math.abs(mantissa) < 1L << 53 && scale < DOUBLE_POW10.length) {
            return mantissa / DOUBLE_POW10[scale]; // both exact, so the quotient is correctly rounded
        }
        return toBigDecimal(packed).doubleValue();
    }

    private static long mantissa(long packed) {
        return packed >> SCALE_BITS;
    }

    private static int scale(long packed) {
        return (int) packed & MAX_SCALE;
    }

    private static String string(byte[] ascii, int from, int to) {
        return new String(ascii, from, Math.max(0, to - from), StandardCharsets.UTF_8);
    }

    private static NumberFormatException malformed(byte[] ascii, int from, int to) {
        return new NumberFormatException("\"%s\" is not a plain decimal: expected -?[0-9]+(\\.[0-9]+)?, as in 61837.63"
                .formatted(OneLine.of(string(ascii, from, to))));
    }

    private static ArithmeticException tooLong(String text) {
        return new ArithmeticException(
                "\"%s\" doesn't fit: expected at most %d significant digits".formatted(OneLine.of(text), MAX_DIGITS));
    }
}
