package io.reanchor.market;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r\n",
                "\t",
                "\0",
                "\u001b",
                "\u007f",
                "\u0085",
                "\u009b",
                "\u00a0",
                "\u2028",
                "\u2029",
                "\u202e",
                "\u2066",
                "\u200b",
                "\ufeff",
                "\ud800",
                "\udc00",
                "\ue000",
                "\uffff",
                " \n \u202e\u001b"
            })
    void whatIsNotPrintedIsOneSpace(String unprinted) {
        assertThat(OneLine.of("a" + unprinted + "b")).isEqualTo("a b");
    }

    @Test
    void whatIsPrintedStays() {
        String text = "\"61837.63\" {[<>]} é 漢字 \ud83d\ude00";
        assertThat(OneLine.of(text)).isEqualTo(text);
        assertThat(OneLine.of("")).isEmpty();
    }

    @Test
    void whatIsLongIsCutBetweenCharacters() {
        assertThat(OneLine.of("x".repeat(120))).isEqualTo("x".repeat(120));
        assertThat(OneLine.of("x".repeat(121))).isEqualTo("x".repeat(120) + "…");
        assertThat(OneLine.of("x".repeat(119) + "\ud83d\ude00")).isEqualTo("x".repeat(119) + "…");
        assertThat(OneLine.of("\n".repeat(10_000_000))).isEqualTo(" ");
        assertThat(OneLine.of("abc", 2)).isEqualTo("ab…");
    }

    @Test
    void theErrorsOfDecimalsShowNoMore() {
        for (String text : new String[] {"1\n2", "1\u001b[31m", "\u202e1", "9".repeat(127) + "\n"}) {
            assertThat(message(() -> PackedDecimal.parse(text)))
                    .hasSizeLessThan(300)
                    .doesNotContainPattern("\\p{C}");
            assertThat(message(() -> Decimals.parse(text))).hasSizeLessThan(300).doesNotContainPattern("\\p{C}");
        }
    }

    private static String message(Runnable parse) {
        try {
            parse.run();
        } catch (NumberFormatException | ArithmeticException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("accepted");
    }
}
