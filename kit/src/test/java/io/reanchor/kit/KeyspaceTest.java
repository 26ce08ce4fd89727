package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyspaceTest {
    @Test
    void theNamesOfTheFirstDesign() {
        Names names = Keyspace.DEFAULT.of("BTCUSDT");
        assertThat(names.allStaged())
                .containsExactly(
                        "ob:new:BTCUSDT",
                        "tr:new:BTCUSDT:1s",
                        "tr:new:BTCUSDT:5s",
                        "feat:new:BTCUSDT",
                        "meta:new:BTCUSDT");
        assertThat(names.allOld())
                .containsExactly(
                        "ob:old:BTCUSDT",
                        "tr:old:BTCUSDT:1s",
                        "tr:old:BTCUSDT:5s",
                        "feat:old:BTCUSDT",
                        "meta:old:BTCUSDT");
        assertThat(names.live(Family.BARS_1S)).isEqualTo("tr:BTCUSDT:1s");
        assertThat(names.flag()).isEqualTo("reanchor:BTCUSDT");
        assertThat(names.hold()).isEqualTo("reanchor:hold:BTCUSDT");
        assertThat(names.diffs()).isEqualTo("diff:BTCUSDT");
        assertThat(names.trades()).isEqualTo("trades:BTCUSDT");
    }

    @Test
    void aHashTagStaysWhatItIs() {
        Keyspace tagged = new Keyspace(
                "ob:{<symbol>}",
                "tr:{<symbol>}:1s",
                "tr:{<symbol>}:5s",
                "feat:{<symbol>}",
                "meta:{<symbol>}",
                "reanchor:{<symbol>}",
                "diff:{<symbol>}",
                "trades:{<symbol>}",
                JsonKeys.NONE);
        assertThat(tagged.of("X").staged(Family.BARS_1S)).isEqualTo("tr:new:{X}:1s");
        assertThat(tagged.of("X").hold()).isEqualTo("reanchor:hold:{X}");
        assertThat(tagged.of("X").diffs()).isEqualTo("diff:{X}");
        assertThat(tagged.of("X").resync("w1")).isEqualTo("ob:resync:w1:{X}");
        assertThat(tagged.symbolOfOld("tr:old:{X}:1s")).contains("X");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ob", "ob:<symbol>:<symbol>", "ob:<Symbol>", "OB<symbol>", "ob:<symbol>-x", "ob <symbol>", ""})
    void aTemplateThatNamesNoSymbolOrRunsIntoItIsRefused(String template) {
        assertThatThrownBy(() -> withBook(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + template + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tr:<symbol>:1s",
                "tr:new:<symbol>:1s",
                "reanchor:hold:<symbol>",
                "feat:old:<symbol>",
                "diff:<symbol>",
                "trades:<symbol>"
            })
    void twoFamiliesWithOneNameAreRefused(String template) {
        assertThatThrownBy(() -> withBook(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(template)
                .hasMessageContaining("both name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "btc", "BTC:USDT", "BTC*", "{BTC}", "BTC USDT", "-BTC", "BTCUSDTBTCUSDTBTCUSDTBTCUSDTBTCUSDT"
            })
    void whatIsNoSymbolNamesNoKey(String symbol) {
        assertThatThrownBy(() -> Keyspace.DEFAULT.of(symbol)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSymbolOfAnOldKey() {
        assertThat(Keyspace.DEFAULT.symbolOfOld("tr:old:BTCUSDT:5s")).contains("BTCUSDT");
        for (String other :
                List.of("tr:old:BTCUSDT:3s", "tr:BTCUSDT:5s", "ob:old:", "ob:old:btc", "x:ob:old:BTCUSDT")) {
            assertThat(Keyspace.DEFAULT.symbolOfOld(other)).as(other).isEmpty();
        }
    }

    @Test
    void twoSymbolsWithOneNameAreRefused() {
        Keyspace d = Keyspace.DEFAULT;
        assertThatThrownBy(() -> new Keyspace(
                        "OB:<symbol>",
                        d.bars1s(),
                        d.bars5s(),
                        "<symbol>:FEAT",
                        d.meta(),
                        d.flag(),
                        d.diffs(),
                        d.trades(),
                        JsonKeys.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"<symbol>:FEAT\" and \"OB:<symbol>\" name the same key for two symbols");
    }

    @Test
    void aJsonStringHasANameOfItsOwnInTheSameSlot() {
        JsonKeys json = new JsonKeys("json:<symbol>", null, null, "tr:new:<symbol>:1s", JsonKeys.BARS);
        assertThatThrownBy(() -> Keyspace.DEFAULT.withJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both name tr:new:X:1s");

        Keyspace untagged = Keyspace.TAGGED.withJson(new JsonKeys(null, "json:<symbol>", null, null, JsonKeys.BARS));
        assertThatThrownBy(untagged::requireOneSlot)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"json:{<symbol>}\" would do");
        assertThatThrownBy(() -> new JsonKeys(null, null, null, null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bars");
    }

    private static Keyspace withBook(String template) {
        Keyspace d = Keyspace.DEFAULT;
        return new Keyspace(
                template,
                d.bars1s(),
                d.bars5s(),
                d.features(),
                d.meta(),
                d.flag(),
                d.diffs(),
                d.trades(),
                JsonKeys.NONE);
    }
}
