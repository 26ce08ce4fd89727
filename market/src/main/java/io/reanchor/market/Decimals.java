package io.reanchor.market;

import java.math.BigDecimal;
import java.math.MathContext;

/** The canonical form of exact decimals that may be longer than a {@link PackedDecimal}, such as a bar's quote volume. */
public final class Decimals {
    static final MathContext SHORT = new MathContext(PackedDecimal.MAX_DIGITS);

    /** Far above what an exchange sends; below what would cost memory. */
    private static final int MAX_LENGTH = 256;

    private Decimals() {}

    /** The same number with no trailing zero behind the point and no exponent, so that equal numbers are equal objects. */
    public static BigDecimal canonical(BigDecimal value) {
        if (value.signum() == 0) {
            return BigDecimal.ZERO;
        }
        if (Math.abs((long) value.scale()) > MAX_LENGTH || value.precision() > MAX_LENGTH) {
            throw new ArithmeticException("%s has an exponent or a length no market has: expected at most %d digits"
                    .formatted(value.round(SHORT), MAX_LENGTH));
        }
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** The canonical text: plain, no exponent, no trailing zeros behind the point. */
    public static String text(BigDecimal value) {
        return canonical(value).toPlainString();
    }

    /** Whether it is {@code -?[0-9]+(\.[0-9]+)?}. */
    public static boolean isPlain(String text) {
        int point = -1;
        int from = text.startsWith("-") ? 1 : 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && point < 0 && i > from && i + 1 < text.length()) {
                point = i;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return text.length() > from;
    }

    /**
     * Reads a decimal.
     *
     * @throws NumberFormatException when the text isn't a plain decimal such as {@code 61837.63}
     */
    public static BigDecimal parse(String text) {
        if (text.length() > MAX_LENGTH || !isPlain(text)) {
            throw new NumberFormatException(
                    "\"%s\" is not a plain decimal, as in 61837.63".formatted(OneLine.of(text)));
        }
        return canonical(new BigDecimal(text));
    }
}
