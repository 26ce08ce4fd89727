package io.reanchor.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reanchor.workflow.SwapReceipt;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class ReceiptFuzzTest {
    private static final Token TOKEN = Token.of("run", 1);

    /** A live receipt may hold anything: a cut-over is found in it exactly when a generation there bears the token. */
    @FuzzTest(maxDuration = "75s")
    void find(byte[] text) {
        Map<String, String> meta = meta(new String(text, StandardCharsets.UTF_8));
        Optional<SwapReceipt> found = Receipt.find(meta, TOKEN, true);
        found.ifPresent(receipt -> assertTrue(receipt.generation().endsWith("-" + TOKEN), "another's generation"));
        Installed installed = Installed.of("meta:S", meta);
        found.ifPresent(receipt -> assertFalse(installed.lost(receipt.generation()), "found and lost"));
        String lost = installed.lostText("1-" + TOKEN);
        assertTrue(
                lost.length() < 800 && lost.codePoints().noneMatch(Character::isISOControl),
                "a message of several lines");
        Optional<Generation> generation = Generation.parse(meta.getOrDefault("gen", ""));
        generation.ifPresent(g -> assertEquals(generation, Generation.parse(g.toString())));
    }

    /** One field a line, {@code name=value}. */
    private static Map<String, String> meta(String text) {
        Map<String, String> meta = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            int at = line.indexOf('=');
            meta.put(at < 0 ? line : line.substring(0, at), line.substring(at + 1));
        }
        return meta;
    }
}
