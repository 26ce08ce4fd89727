package io.reanchor.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read, whatever the bar; what is damaged is read or refused, never anything else. */
class BarJsonPropertiesTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenIsRead(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 800; i++) {
            TradeBar bar = anyBar(random);
            assertThat(BarJson.read(BarJson.write(bar))).isEqualTo(bar);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsDamagedIsReadOrRefused(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = damaged(BarJson.write(anyBar(random)), random);
            try {
                TradeBar bar = BarJson.read(damaged);
                assertThat(BarJson.read(BarJson.write(bar))).isEqualTo(bar);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContainPattern("\\p{C}");
                refused++;
            }
        }
        assertThat(refused).isBetween(400, 1_999);
    }

    private static byte[] damaged(byte[] json, Random random) {
        StringBuilder text = new StringBuilder(new String(json, ISO_8859_1));
        String alphabet = "0123456789.-eE+\"{}[],: \\utrfalsn\u0000\u001b\u0085\u00ff\n";
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(text.length());
            char c = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, c);
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(60))));
                case 3 -> text.setLength(random.nextInt(5) == 0 ? at + 1 : text.length());
                default -> text.setCharAt(at, c);
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    private static TradeBar anyBar(Random random) {
        return new TradeBar(
                random.nextLong(),
                random.nextLong(),
                anyDecimal(random),
                anyDecimal(random),
                anyDecimal(random),
                anyDecimal(random),
                anyDecimal(random),
                anyDecimal(random),
                random.nextLong(),
                anyDecimal(random),
                anyDecimal(random),
                anyDecimal(random),
                random.nextLong(),
                random.nextLong(),
                random.nextBoolean());
    }

    /** As long as sums of an exchange's longest prices times its longest quantities get. */
    private static BigDecimal anyDecimal(Random random) {
        return new BigDecimal(new BigInteger(random.nextInt(260), random), random.nextInt(37));
    }
}
