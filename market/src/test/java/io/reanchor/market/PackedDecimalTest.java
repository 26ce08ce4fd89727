package io.reanchor.market;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedDecimalTest {

    @ParameterizedTest
    @CsvSource({
        "61837.63000000, 61837.63",
        "100, 100",
        "100.00, 100",
        "0, 0",
        "0.000, 0",
        "-0.0, 0",
        "0.00001000, 0.00001",
        "-12.50, -12.5",
        "00012.5, 12.5",
        "99999999999999999, 99999999999999999",
        "0000000000000000000000001.50, 1.5",
        "123456789.123456780000000000000000000, 123456789.12345678",
        "0.00000000000000000000000000000000000001, 0.00000000000000000000000000000000000001"
    })
    void writesTheCanonicalText(String text, String canonical) {
        assertThat(PackedDecimal.toString(PackedDecimal.parse(text))).isEqualTo(canonical);
        byte[] padded = ("x" + text + "x").getBytes(US_ASCII);
        assertThat(PackedDecimal.parse(padded, 1, padded.length - 1)).isEqualTo(PackedDecimal.parse(canonical));
        assertThat(PackedDecimal.parse(text)).isEqualTo(PackedDecimal.of(new BigDecimal(text)));
    }

    @Test
    void zeroIsZero() {
        assertThat(PackedDecimal.parse("0.00000000")).isZero();
        assertThat(PackedDecimal.parse("-0")).isZero();
        assertThat(PackedDecimal.of(new BigDecimal("0E+5"))).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                ".",
                ".5",
                "5.",
                "1.2.3",
                "1e5",
                "1E5",
                "+1",
                " 1",
                "1 ",
                "1,5",
                "NaN",
                "0x1",
                "--1",
                "1-",
                "١",
                "1.2.34567890123456789012345",
                "123456789012345678901234e5",
                "-.123456789012345678901234567",
                "1..0",
                "5.-0"
            })
    void refusesWhatIsNoPlainDecimal(String text) {
        assertThatThrownBy(() -> PackedDecimal.parse(text))
                .isInstanceOf(NumberFormatException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100000000000000000",
                "1234567890.12345678",
                "123456789012345678",
                "100000000000000000000",
                "-1000000000.00000001"
            })
    void refusesWhatDoesNotFit(String text) {
        assertThatThrownBy(() -> PackedDecimal.parse(text))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining(text);
        assertThatThrownBy(() -> PackedDecimal.of(new BigDecimal(text))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void packsUnscaledNumbers() {
        assertThat(PackedDecimal.of(0, 5)).isZero();
        assertThat(PackedDecimal.of(1200, 3)).isEqualTo(PackedDecimal.parse("1.2"));
        assertThat(PackedDecimal.of(12, -2)).isEqualTo(PackedDecimal.parse("1200"));
        assertThatThrownBy(() -> PackedDecimal.of(Long.MAX_VALUE, 0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> PackedDecimal.of(1, 64)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void refusesAnEndlessText() {
        assertThatThrownBy(() -> PackedDecimal.parse("1".repeat(1_000_000)))
                .isInstanceOf(ArithmeticException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
        assertThatThrownBy(() -> PackedDecimal.of(new BigDecimal("1E+999999999")))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> PackedDecimal.of(new BigDecimal("1E-999999999")))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void agreesWithBigDecimal() {
        Random random = new Random(20240808);
        BigDecimal previous = BigDecimal.ZERO;
        for (int i = 0; i < 200_000; i++) {
            BigDecimal value = anyDecimal(random);
            long packed = PackedDecimal.of(value);
            assertThat(PackedDecimal.toBigDecimal(packed)).isEqualByComparingTo(value);
            assertThat(PackedDecimal.toString(packed)).isEqualTo(Decimals.text(value));
            assertThat(PackedDecimal.parse(value.toPlainString())).isEqualTo(packed);
            assertThat(PackedDecimal.of(value.unscaledValue().longValueExact(), value.scale()))
                    .isEqualTo(packed);
            assertThat(PackedDecimal.toDouble(packed)).isEqualTo(value.doubleValue());
            assertThat(PackedDecimal.signum(packed)).isEqualTo(value.signum());
            long other = PackedDecimal.of(previous);
            assertThat(PackedDecimal.compare(packed, other)).isEqualTo(value.compareTo(previous));
            assertThat(PackedDecimal.compare(other, packed)).isEqualTo(previous.compareTo(value));
            assertThat(packed == other).isEqualTo(value.compareTo(previous) == 0);
            previous = random.nextInt(10) == 0 ? value.setScale(Math.min(63, value.scale() + 1)) : value;
        }
    }

    private static BigDecimal anyDecimal(Random random) {
        long mantissa = random.nextLong() % 100_000_000_000_000_000L;
        for (int shrink = random.nextInt(17); shrink > 0; shrink--) {
            mantissa /= 10;
        }
        return BigDecimal.valueOf(mantissa, random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(9));
    }
}
