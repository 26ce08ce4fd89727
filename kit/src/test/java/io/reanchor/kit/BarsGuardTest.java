package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.market.Trade;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;

class BarsGuardTest extends OnRedis {
    private static final String ONES = NAMES.live(Family.BARS_1S);
    private static final String FIVES = NAMES.live(Family.BARS_5S);
    private static final String STAGED_ONES = NAMES.staged(Family.BARS_1S);
    private static final String STAGED_FIVES = NAMES.staged(Family.BARS_5S);
    private static final long START = 1_700_000_000_000L;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1234));
    private Connection on;

    @BeforeEach
    void keys() {
        for (String key : List.of(ONES, FIVES)) {
            jedis.hset(key, Map.of("lastTradeId", "0", "gen", "1-s"));
        }
        for (String key : List.of(STAGED_ONES, STAGED_FIVES)) {
            jedis.hset(key, Map.of("lastTradeId", "0", "owner", "t:1", "seq", "3"));
            jedis.pexpire(key, 1_000_000);
        }
        jedis.set(NAMES.flag(), "t");
        on = opened(connections().open(ONES));
    }

    /** Ten a second, of a price and a quantity that tell which it is. */
    private static Trade trade(long id) {
        return new Trade(
                id,
                id,
                new BigDecimal("100").add(BigDecimal.valueOf(id, 2)),
                BigDecimal.valueOf(id, 5),
                START + id * 100,
                id % 2 == 0);
    }

    private static List<Trade> trades(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(BarsGuardTest::trade).toList();
    }

    private static BarsGuard live() {
        return BarsGuard.live(NAMES, CLOCK, Duration.ofHours(1));
    }

    private static BarsGuard staged(String token, String owner) {
        return BarsGuard.staged(NAMES, token, owner, Duration.ofMinutes(1));
    }

    private String bar(String key, long start) {
        return jedis.hget(key, Long.toString(start));
    }

    @Test
    void addsEachTradeOnceToBoth() {
        BarsGuard guard = live();
        assertThat(guard.apply(on, trades(1, 15))).isEqualTo(new Applied(Verdict.APPLIED, 15L, 15, ""));
        assertThat(guard.apply(on, trades(10, 15))).isEqualTo(new Applied(Verdict.STALE, 15L, 0, ""));
        assertThat(guard.apply(on, trades(10, 20)).applied()).isEqualTo(5);

        assertThat(bar(ONES, START + 1_000)).contains("\"trades\":10", "\"volume\":\"0.00145\"");
        assertThat(bar(FIVES, START)).contains("\"trades\":20", "\"volume\":\"0.0021\"");
        assertThat(jedis.hget(ONES, "gen")).isEqualTo("1-s");
    }

    @Test
    void aGapMarksTheKeysThatLackAndWhatMendsItUnmarks() {
        BarsGuard guard = live();
        guard.apply(on, trades(1, 2));
        assertThat(guard.apply(on, trades(5, 5))).isEqualTo(new Applied(Verdict.GAP, 2L, 0, ""));
        for (String key : List.of(ONES, FIVES)) {
            assertThat(jedis.hmget(key, "suspectFrom", "suspectAt")).containsExactly("3", "1234");
        }
        assertThat(guard.apply(on, trades(3, 5)).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(jedis.hkeys(ONES)).doesNotContain("suspectFrom", "suspectAt");
        assertThat(jedis.hkeys(FIVES)).doesNotContain("suspectFrom", "suspectAt");
    }

    @Test
    void keysAtDifferentIdsGetEachWhatTheyLack() {
        live().apply(on, trades(1, 4));
        Map<String, String> fives = jedis.hgetAll(FIVES);
        live().apply(on, trades(5, 8));
        jedis.del(FIVES);
        jedis.hset(FIVES, fives); // put back alone: at 4, the other at 8

        assertThat(live().apply(on, trades(9, 9))).isEqualTo(new Applied(Verdict.GAP, 4L, 0, ""));
        assertThat(jedis.hget(FIVES, "suspectFrom")).isEqualTo("5");
        assertThat(jedis.hget(ONES, "suspectFrom")).isEqualTo(null);
        assertThat(live().apply(on, trades(5, 9)).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(bar(ONES, START)).contains("\"trades\":9");
        assertThat(bar(FIVES, START)).contains("\"trades\":9");
    }

    @Test
    void whatMovedUnderItIsReadAgain() {
        BarsGuard first = live();
        BarsGuard second = live();
        first.apply(on, trades(1, 3));
        second.apply(on, trades(4, 6));

        assertThat(first.apply(on, trades(4, 7))).isEqualTo(new Applied(Verdict.APPLIED, 7L, 1, ""));
        assertThat(bar(ONES, START)).contains("\"trades\":7", "\"volume\":\"0.00028\"");
    }

    @Test
    void aHoldAndAnAbsentKeyStopIt() {
        jedis.psetex(NAMES.hold(), 60_000, "t");
        assertThat(live().apply(on, trades(1, 1)).verdict()).isEqualTo(Verdict.HELD);

        jedis.del(NAMES.hold(), FIVES);
        assertThat(live().apply(on, trades(1, 1)).verdict()).isEqualTo(Verdict.ABSENT);
        assertThat(jedis.exists(FIVES)).isFalse();
        assertThat(jedis.hget(ONES, "lastTradeId")).isEqualTo("0");
    }

    @Test
    void stagedKeepsOwnerAndSeqBearsNoMarkAndLivesOn() {
        BarsGuard guard = staged("t", "t:1");
        assertThat(guard.apply(on, trades(1, 3)).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(guard.apply(on, trades(5, 5)).verdict()).isEqualTo(Verdict.GAP);
        for (String key : List.of(STAGED_ONES, STAGED_FIVES)) {
            assertThat(jedis.hmget(key, "owner", "seq", "lastTradeId", "suspectFrom"))
                    .containsExactly("t:1", "3", "3", null);
            assertThat(jedis.pttl(key)).isBetween(1L, 60_000L);
        }
    }

    @Test
    void anotherFlagOrOwnerFencesIt() {
        Map<String, String> before = jedis.hgetAll(STAGED_FIVES);
        assertThat(staged("u", "u:1").apply(on, trades(1, 1)))
                .isEqualTo(new Applied(Verdict.FENCED, null, 0, "flag: t"));
        jedis.hset(STAGED_FIVES, "owner", "t:2");
        assertThat(staged("t", "t:1").apply(on, trades(1, 1)))
                .isEqualTo(new Applied(Verdict.FENCED, null, 0, "owner: tr:new:BTCUSDT:5s t:2 3"));
        jedis.hset(STAGED_FIVES, "owner", "t:1");
        assertThat(jedis.hgetAll(STAGED_FIVES)).isEqualTo(before);
        assertThat(jedis.hgetAll(STAGED_ONES)).containsEntry("lastTradeId", "0");
    }

    @Test
    void onlyRunsOfRawTradesAreTaken() {
        assertThatThrownBy(() -> live().apply(on, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> live().apply(on, List.of(trade(1), trade(3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected the raw trade 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 1 0 0",
                "2 1 0 0 0",
                "x 1 0 0 0",
                "1 9007199254740992 0 0 0",
                "1 1 0 0 x",
                "1 1 0 0 1",
                "1 1 0 0 2 1700000000000 - a",
                "1 1 0 0 1 1700000000000 -",
                "1 1 0 0 1 gen - 2-x",
                "1 1 0 0 1 1700000000000 - a lastTradeId - 9",
            })
    void argumentsThatAreNoRunAreRefusedAndNothingIsWritten(String arguments) {
        Map<String, String> before = jedis.hgetAll(ONES);
        String[] all = Stream.concat(Stream.of("", "", "", "1"), Stream.of(arguments.split(" ")))
                .map(text -> text.equals("-") ? "" : text)
                .toArray(String[]::new);
        assertThatThrownBy(() -> run(jedis, "bars", List.of(ONES, FIVES, NAMES.hold()), all))
                .isInstanceOf(JedisDataException.class)
                .hasMessageContaining("ERR expected");
        assertThat(jedis.hgetAll(ONES)).isEqualTo(before);
        assertThat(jedis.hgetAll(FIVES)).isEqualTo(before);
    }
}
