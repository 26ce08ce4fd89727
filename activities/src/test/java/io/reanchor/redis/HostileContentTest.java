package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FailureTypes;
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
        given.redis.hset(key, field, value);
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.live(SYMBOL), key, inMessage);
    }

    @Test
    void aBarThatDisagreesWithItsBucketIsNamed() {
        String bar = requireNonNull(given.redis.hget("tr:BTCUSDT:1s", "1700000000000"));
        given.redis.hset("tr:BTCUSDT:1s", "1700000099000", bar);
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.live(SYMBOL), "tr:BTCUSDT:1s", "1700000099000");
    }

    @Test
    void aHugeValueIsNotParsed() {
        given.redis.hset("tr:BTCUSDT:1s", "1700000000000", "1".repeat(1_000_000));
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.live(SYMBOL), "tr:BTCUSDT:1s", "1000000 bytes");
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
