package io.reanchor.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reanchor.market.TradeBar;

class BarJsonFuzzTest {
    /** A bar, which is then written and read the same; or a refusal of one line. */
    @FuzzTest(maxDuration = "75s")
    void read(byte[] json) {
        TradeBar bar;
        try {
            bar = BarJson.read(json);
        } catch (IllegalArgumentException refused) {
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.length() < 400, "a long message");
            assertTrue(message.codePoints().noneMatch(Character::isISOControl), "a message of several lines");
            return;
        }
        assertEquals(bar, BarJson.read(BarJson.write(bar)));
    }
}
