package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FailureTypes;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in Redis is from outside: whatever isn't what it should be is named, with its key and field. */
class HostileContentTest extends RealRedis {
    @BeforeEach
    void live() {
        given.recover(Given.run("a"), 100, 50);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ob:BTCUSDT | b:1e9 | 1 | b:1e9",
                "ob:BTCUSDT | b:1.5 | NaN | b:1.5",
                "ob:BTCUSDT | a:101 | 123456789012345678901234567890 | a:101",
                "ob:BTCUSDT | b:100.00 | 2 | two levels",
                "ob:BTCUSDT | surprise | 1 | surprise",
                "ob:BTCUSDT | lastUpdateId | -5 | lastUpdateId",
                "ob:BTCUSDT | eventTime | soon | eventTime",
                "tr:BTCUSDT:1s | 1700000000000 | {} | 1700000000000",
                "tr:BTCUSDT:1s | 1700000000000 | [ | no JSON",
                "tr:BTCUSDT:1s | x | 1 | field x",
                "tr:BTCUSDT:5s | lastTradeId | 99999999999999999999 | lastTradeId",
                "feat:BTCUSDT | asOfUpdateId | x | asOfUpdateId"
            })
    void junkIsNamed(String key, String field, String value, String inMessage) {
        String staged = stage().get(Given.LIVE.indexOf(key));
        given.redis.hset(staged, field, value);
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.staged(SYMBOL), staged, inMessage);

        given.redis.hset(key, field, value);
        MarketView.LeftOut leftOut = given.state.live(SYMBOL).leftOut();
        assertThat(leftOut.count()).isEqualTo(1);
        assertThat(leftOut.first().get(0)).contains(key, inMessage);
    }

    private List<String> stage() {
        given.claim(Given.run("b"));
        given.stage(Given.run("b"), 101, 51);
        return Given.STAGED;
    }

    @Test
    void aBarThatDisagreesWithItsBucketIsNamed() {
        String bar = requireNonNull(given.redis.hget("tr:BTCUSDT:1s", "1700000000000"));
        given.redis.hset(stage().get(1), "1700000099000", bar);
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.staged(SYMBOL), "tr:new:BTCUSDT:1s", "1700000099000");
    }

    @Test
    void aHugeValueIsNotParsed() {
        given.redis.hset(stage().get(1), "1700000000000", "1".repeat(1_000_000));
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.staged(SYMBOL), "tr:new:BTCUSDT:1s", "1000000 bytes");
    }

    /** Damage is what a recovery is for: it must neither stop the reading nor hide what is sound. */
    @Test
    void damagedLiveStateIsReadAsFarAsItCanBe() {
        given.redis.hset("ob:BTCUSDT", "b:1", "NaN");
        given.redis.hset("tr:BTCUSDT:1s", "1700000000000", "{}");
        given.redis.hset("tr:BTCUSDT:5s", "surprise", "1");

        MarketView live = given.state.live(SYMBOL);
        assertThat(live.book()).isNull();
        assertThat(requireNonNull(live.bars1s()).bars()).hasSize(9).doesNotContainKey(1_700_000_000_000L);
        assertThat(requireNonNull(live.bars5s()).bars()).hasSize(2);
        assertThat(live.leftOut().count()).isEqualTo(3);
        assertThat(given.state.liveIds(SYMBOL)).isEqualTo(new LiveIds("1-a.1", 100L, 50L));
    }

    @Test
    void onlyTheFirstFieldsOfManyAreNamed() {
        for (int i = 0; i < 25; i++) {
            given.redis.hset("tr:BTCUSDT:1s", "x" + i, "1");
        }
        MarketView.LeftOut leftOut = given.state.live(SYMBOL).leftOut();
        assertThat(leftOut.count()).isEqualTo(25);
        assertThat(leftOut.first()).hasSize(10);
    }

    @Test
    void aLiveBookWithoutAnIdThatCanBeReadIsReplaced() {
        for (String id : List.of("", "-5", "99999999999999999999")) {
            given.redis.flushAll();
            given.recover(Given.run("a"), 100, 50);
            given.redis.hset("ob:BTCUSDT", "lastUpdateId", id);
            given.redis.hset("tr:BTCUSDT:1s", "lastTradeId", id);
            assertThat(given.state.live(SYMBOL).book()).isNull();
            assertThat(given.state.liveIds(SYMBOL)).isEqualTo(new LiveIds("1-a.1", null, 50L));

            assertThat(given.recover(Given.run("b"), 101, 51).generation()).isEqualTo("2-b.1");
        }
    }

    @Test
    void absentKeysAreNull() {
        given.redis.flushAll();
        MarketView live = given.state.live(SYMBOL);
        assertThat(live.book()).isNull();
        assertThat(live.bars1s()).isNull();
        assertThat(live.features()).isNull();
        assertThat(live.receipt()).isEmpty();
    }

    @Test
    void marksOfAWriterAreNoJunk() {
        given.redis.hset("ob:BTCUSDT", "suspectFrom", "101");
        given.redis.hset("ob:BTCUSDT", "suspectAt", "1700000000000");
        assertThat(given.state.live(SYMBOL).book()).isNotNull();
    }
}
