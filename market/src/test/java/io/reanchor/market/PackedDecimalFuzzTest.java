package io.reanchor.market;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

class PackedDecimalFuzzTest {
    /** Read, it is the number that it says; otherwise one of two refusals. */
    @FuzzTest(maxDuration = "75s")
    void parse(byte[] text) {
        long packed;
        try {
            packed = PackedDecimal.parse(text, 0, text.length);
        } catch (NumberFormatException | ArithmeticException refused) {
            return;
        }
        String canonical = PackedDecimal.toString(packed);
        assertEquals(packed, PackedDecimal.parse(canonical));
        assertEquals(
                0, new BigDecimal(new String(text, StandardCharsets.US_ASCII)).compareTo(new BigDecimal(canonical)));
    }
}
