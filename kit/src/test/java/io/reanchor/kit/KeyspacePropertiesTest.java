package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for any templates that are let pass, and any symbols. */
class KeyspacePropertiesTest {
    private static final String IN_SYMBOLS = "ABXZ019._-";
    private static final String ELSEWHERE = "ab:/{}*?[]\\#";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTwoKeysShareAName(long seed) {
        Random random = new Random(seed);
        int passed = 0;
        for (int i = 0; i < 1_500; i++) {
            Keyspace keyspace = anyKeyspace(random);
            if (keyspace == null) {
                continue;
            }
            passed++;
            Map<String, String> owners = new HashMap<>();
            for (String symbol : symbols(random)) {
                Names names = keyspace.of(symbol);
                for (String name : all(names)) {
                    assertThat(owners.put(name, symbol))
                            .as("%s names %s twice", keyspace, name)
                            .isNull();
                }
            }
        }
        assertThat(passed).as("keyspaces that were let pass").isGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theSymbolOfAnOldKeyIsFoundAndOfNoOther(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_500; i++) {
            Keyspace keyspace = anyKeyspace(random);
            if (keyspace == null) {
                continue;
            }
            String symbol = anySymbol(random);
            Names names = keyspace.of(symbol);
            for (String key : all(names)) {
                assertThat(keyspace.symbolOfOld(key))
                        .as("%s of %s", key, keyspace)
                        .isEqualTo(names.allOld().contains(key) ? Optional.of(symbol) : Optional.empty());
            }
        }
    }

    /** The slot as the cluster's specification has it, not as this code has it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatMayGoIntoAClusterSharesASlot(long seed) {
        Random random = new Random(seed);
        int passed = 0;
        for (int i = 0; i < 2_000; i++) {
            Keyspace keyspace = i == 0 ? Keyspace.TAGGED : anyKeyspace(random);
            if (keyspace == null || !isForACluster(keyspace)) {
                continue;
            }
            passed++;
            String symbol = anySymbol(random);
            Set<Integer> slots = new HashSet<>();
            all(keyspace.of(symbol)).forEach(name -> slots.add(slot(name)));
            assertThat(slots).as("slots of %s of %s", symbol, keyspace).hasSize(1);
        }
        assertThat(passed).isGreaterThan(50);
    }

    /** Values of CRC16-CCITT (XModem) and of CLUSTER KEYSLOT, from the specification. */
    @Test
    void theTestsOwnSlotsAreRight() {
        assertThat(crc16("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0x31C3);
        assertThat(slot("foo")).isEqualTo(12182);
        assertThat(slot("a{foo}b")).isEqualTo(12182);
        assertThat(slot("{}foo")).isNotEqualTo(slot(""));
    }

    @Test
    void whatIsNotPrintedIsNotShown() {
        for (String bad : List.of("a\nb", "\u001b[2J", "\u202ex", "\u0085".repeat(1_000_000))) {
            assertThatThrownBy(() -> Keyspace.DEFAULT.of(bad)).satisfies(KeyspacePropertiesTest::isShort);
            assertThatThrownBy(() -> keyspace(bad, "b:<symbol>", "c:<symbol>"))
                    .satisfies(KeyspacePropertiesTest::isShort);
        }
    }

    private static void isShort(Throwable e) {
        assertThat(e).isInstanceOf(IllegalArgumentException.class);
        assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContainPattern("\\p{C}");
    }

    private static boolean isForACluster(Keyspace keyspace) {
        try {
            keyspace.requireOneSlot();
            return true;
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("would do");
            return false;
        }
    }

    private static List<String> all(Names names) {
        List<String> all = new ArrayList<>(List.of(names.flag(), names.hold(), names.diffs(), names.trades()));
        all.addAll(names.allStaged());
        all.addAll(names.allOld());
        for (Family family : Family.values()) {
            all.add(names.live(family));
        }
        return all;
    }

    /** Null when it was refused. Half of them are tagged; templates are near one another, so that they collide often. */
    private static @Nullable Keyspace anyKeyspace(Random random) {
        boolean tagged = random.nextBoolean();
        List<String> t = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String placeholder = tagged ? "{<symbol>}" : "<symbol>";
            t.add(anyText(random, 4)
                    + (random.nextInt(3) == 0 ? "" : i)
                    + (random.nextInt(8) == 0 ? "" : ":")
                    + placeholder
                    + (random.nextInt(3) == 0 ? ":" + anyText(random, 3) : ""));
        }
        try {
            return new Keyspace(
                    t.get(0), t.get(1), t.get(2), t.get(3), t.get(4), t.get(5), t.get(6), t.get(7), JsonKeys.NONE);
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("key template");
            return null;
        }
    }

    private static Keyspace keyspace(String book, String bars1s, String bars5s) {
        Keyspace d = Keyspace.DEFAULT;
        return new Keyspace(book, bars1s, bars5s, d.features(), d.meta(), d.flag(), d.diffs(), d.trades(), d.json());
    }

    private static String anyText(Random random, int max) {
        String[] words = {"new:", "old:", "hold:", "tr:", "ob:"};
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(max); n > 0; n--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(words[random.nextInt(words.length)]);
                case 1 -> text.append(IN_SYMBOLS.charAt(random.nextInt(IN_SYMBOLS.length())));
                default -> text.append("ab:/#".charAt(random.nextInt(5)));
            }
        }
        if (random.nextInt(20) == 0) {
            text.append(ELSEWHERE.charAt(random.nextInt(ELSEWHERE.length())));
        }
        return text.toString();
    }

    private static Set<String> symbols(Random random) {
        Set<String> symbols = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            symbols.add(anySymbol(random));
        }
        return symbols;
    }

    private static String anySymbol(Random random) {
        StringBuilder symbol = new StringBuilder().append("ABX019".charAt(random.nextInt(6)));
        for (int n = random.nextInt(random.nextInt(10) == 0 ? 32 : 4); n > 0; n--) {
            symbol.append(IN_SYMBOLS.charAt(random.nextInt(IN_SYMBOLS.length())));
        }
        return symbol.toString();
    }

    private static int slot(String key) {
        int open = key.indexOf('{');
        int close = key.indexOf('}', open + 1);
        String hashed = open >= 0 && close > open + 1 ? key.substring(open + 1, close) : key;
        return crc16(hashed.getBytes(StandardCharsets.UTF_8)) % 16384;
    }

    private static int crc16(byte[] bytes) {
        int crc = 0;
        for (byte b : bytes) {
            crc ^= (b & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
            crc &= 0xffff;
        }
        return crc;
    }
}
