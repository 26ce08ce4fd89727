package io.reanchor.market;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a model of one line: the grammar, then BigDecimal. */
class PackedDecimalPropertiesTest {
    private static final Pattern GRAMMAR = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyTextIsReadAsTheModelReadsIt(long seed) {
        Random random = new Random(seed);
        int read = 0;
        int beyond = 0;
        for (int i = 0; i < 15_000; i++) {
            String text = anyText(random);
            if (!GRAMMAR.matcher(text).matches()) {
                assertThat(refusal(text)).as(text).isInstanceOf(NumberFormatException.class);
            } else if (fits(new BigDecimal(text))) {
                long packed = PackedDecimal.parse(text);
                assertThat(PackedDecimal.toBigDecimal(packed)).as(text).isEqualByComparingTo(text);
                assertThat(PackedDecimal.parse(PackedDecimal.toString(packed))).isEqualTo(packed);
                byte[] among = ("9" + text + "9").getBytes(UTF_8);
                assertThat(PackedDecimal.parse(among, 1, among.length - 1)).isEqualTo(packed);
                read++;
            } else {
                assertThat(refusal(text)).as(text).isInstanceOf(ArithmeticException.class);
                beyond++;
            }
        }
        assertThat(read).isGreaterThan(2_000);
        assertThat(beyond).isGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theOrderIsThatOfTheNumbers(long seed) {
        Random random = new Random(seed);
        List<Long> packed = new ArrayList<>();
        while (packed.size() < 2_000) {
            try {
                packed.add(PackedDecimal.parse(anyText(random)));
            } catch (NumberFormatException | ArithmeticException none) {
                // Only numbers are ordered.
            }
        }
        packed.sort(PackedDecimal::compare);
        for (int i = 1; i < packed.size(); i++) {
            BigDecimal before = PackedDecimal.toBigDecimal(packed.get(i - 1));
            BigDecimal after = PackedDecimal.toBigDecimal(packed.get(i));
            assertThat(before).isLessThanOrEqualTo(after);
            assertThat(packed.get(i - 1).equals(packed.get(i))).isEqualTo(before.compareTo(after) == 0);
        }
    }

    private static boolean fits(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        plain = plain.scale() < 0 ? plain.setScale(0) : plain;
        return plain.precision() <= 17 && plain.scale() <= 63;
    }

    private static Throwable refusal(String text) {
        try {
            PackedDecimal.parse(text);
        } catch (NumberFormatException | ArithmeticException refused) {
            return refused;
        }
        throw new AssertionError(text + " was read");
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(6) == 0 ? "-" : "");
        digits(text, random);
        if (random.nextInt(3) > 0) {
            text.append('.');
            digits(text, random);
        }
        if (random.nextInt(8) == 0) {
            text.insert(random.nextInt(text.length() + 1), ".-+eE x\n\u0660".charAt(random.nextInt(9)));
        }
        return text.toString();
    }

    private static void digits(StringBuilder text, Random random) {
        boolean zeros = random.nextInt(3) == 0;
        for (int n = random.nextInt(random.nextInt(10) == 0 ? 60 : 13); n > 0; n--) {
            text.append((char) ('0' + (zeros && random.nextInt(10) > 0 ? 0 : random.nextInt(10))));
        }
    }
}
