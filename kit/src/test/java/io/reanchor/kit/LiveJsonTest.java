package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisDataException;

/** What stands in a string beside a live key, to the byte, whatever the key holds. */
class LiveJsonTest extends OnRedis {
    private static final String HASH = "ob:BTCUSDT";
    private static final String JSON = "json:BTCUSDT";

    private long json(String... arguments) {
        return (Long) Script.named(BookGuard.class, "json")
                .run(
                        jedis.getConnection(),
                        List.of(HASH, JSON),
                        List.of(arguments).stream().map(Replies::bytes).toList());
    }

    private String book() {
        assertThat(json("book")).isOne();
        return jedis.get(JSON);
    }

    @Test
    void aBookIsBestFirstAndItsDecimalsAreTexts() {
        jedis.hset(
                HASH,
                Map.of(
                        "gen",
                        "7-a.1",
                        "lastUpdateId",
                        "903",
                        "eventTime",
                        "17",
                        "owner",
                        "a:0",
                        "seq",
                        "3",
                        "b:9.5",
                        "1",
                        "b:10",
                        "2"));
        jedis.hset(HASH, Map.of("a:10.5", "0.25", "a:11", "4"));

        assertThat(book()).isEqualTo("""
                        {"gen":"7-a.1","lastUpdateId":903,"eventTime":17,"levels":4,\
                        "bids":[["10","2"],["9.5","1"]],"asks":[["10.5","0.25"],["11","4"]]}""");
    }

    /** Sixty-four bits of a Lua number don't tell these apart. */
    @Test
    void pricesThatDifferInTheLastDigitOnlyAreAllThereAndInOrder() {
        jedis.hset(HASH, "lastUpdateId", "1");
        for (String price : List.of("2", "11", "1", "105", "1999", "3")) {
            jedis.hset(HASH, "b:1000000000000000000.0000" + price, "5");
            jedis.hset(HASH, "a:-0.000000000000000000000010000000000000000000000" + price, "6");
        }

        assertThat(book())
                .contains("\"bids\":["
                        + levels("1000000000000000000.0000", "5", "3", "2", "1999", "11", "105", "1")
                        + "],\"asks\":["
                        + levels(
                                "-0.000000000000000000000010000000000000000000000",
                                "6",
                                "3",
                                "2",
                                "1999",
                                "11",
                                "105",
                                "1")
                        + "]");
    }

    private static String levels(String price, String quantity, String... ends) {
        return String.join(
                ",",
                List.of(ends).stream()
                        .map(end -> "[\"%s%s\",\"%s\"]".formatted(price, end, quantity))
                        .toList());
    }

    @Test
    void whatStandsAlreadyIsNotWrittenAgain() {
        jedis.hset(HASH, Map.of("lastUpdateId", "1", "b:1", "1"));
        String first = book();
        assertThat(json("book")).isZero();

        jedis.set(JSON, "");
        assertThat(book()).isEqualTo(first);
        jedis.hset(HASH, "suspectFrom", "2");
        assertThat(book()).startsWith("{\"lastUpdateId\":1,\"suspectFrom\":2,");
    }

    /** Another book in the live one's place may begin alike. */
    @Test
    void anewItIsWrittenInAnyCase() {
        jedis.hset(HASH, Map.of("lastUpdateId", "1", "b:1", "1"));
        book();
        jedis.hset(HASH, "b:1", "2");
        assertThat(json("book")).isZero();
        assertThat(json("book", "anew")).isOne();
        assertThat(jedis.get(JSON)).contains("[\"1\",\"2\"]");
    }

    @Test
    void withoutALiveKeyThereIsNoString() {
        jedis.set(JSON, "{\"lastUpdateId\":1,\"levels\":0,");
        assertThat(json("book")).isZero();
        assertThat(jedis.exists(JSON)).isFalse();
    }

    @Test
    void onlyTheNewestBarsOldestFirst() {
        jedis.hset(HASH, Map.of("lastTradeId", "9", "gen", "1-a.1"));
        for (int i = 1; i <= 2_500; i++) {
            jedis.hset(HASH, Integer.toString(i * 1_000), "{\"openTime\":%d}".formatted(i * 1_000));
        }

        assertThat(json("bars", "3", "1000")).isOne();
        assertThat(jedis.get(JSON)).isEqualTo("""
                        {"gen":"1-a.1","lastTradeId":9,"count":2500,\
                        "bars":[{"openTime":2498000},{"openTime":2499000},{"openTime":2500000}]}""");
        jedis.del(JSON);
        json("bars", "10000", "1000");
        assertThat(jedis.get(JSON).split("openTime", -1)).hasSize(2_501);
    }

    /** A hash that anybody may have filled makes no string that a parser chokes on. */
    @Test
    void whatIsNoLevelOrBarIsLeftOut() {
        jedis.hset(
                HASH,
                Map.of(
                        "lastUpdateId",
                        "seven \"7\"",
                        "b:x\"",
                        "1",
                        "b:2",
                        "1\"",
                        "b:3",
                        "1",
                        "a:",
                        "1",
                        "a:4",
                        "1",
                        "other",
                        "1",
                        "a:b:c",
                        "2"));
        assertThat(book())
                .isEqualTo(
                        "{\"lastUpdateId\":\"seven \\\"7\\\"\",\"levels\":7,\"bids\":[[\"3\",\"1\"]],\"asks\":[[\"4\",\"1\"]]}");

        for (String none : List.of("nan", "inf", "0x10", "16 ", "1e3", "-", ".")) {
            jedis.hset(HASH, "a:" + none, "1");
            jedis.hset(HASH, "b:5", none);
        }
        jedis.hset(HASH, "a:16", "2");
        assertThat(json("book", "anew")).isOne();
        assertThat(jedis.get(JSON)).endsWith("\"bids\":[[\"3\",\"1\"]],\"asks\":[[\"4\",\"1\"],[\"16\",\"2\"]]}");

        jedis.del(HASH);
        jedis.hset(HASH, Map.of("lastTradeId", "1", "1000", "no object", "2000", "{}", "x", "{}", "nan", "{}"));
        json("bars", "9", "1000");
        assertThat(jedis.get(JSON)).endsWith("\"bars\":[{}]}");
    }

    @Test
    void anotherKindOfKeyInItsPlaceMakesWay() {
        jedis.hset(HASH, "lastUpdateId", "1");
        jedis.rpush(JSON, "a list");
        assertThat(book()).isEqualTo("{\"lastUpdateId\":1,\"levels\":0,\"bids\":[],\"asks\":[]}");
    }

    @Test
    void whatIsNotAskedProperlyIsRefused() {
        jedis.hset(HASH, "lastUpdateId", "1");
        assertThatThrownBy(() -> json("bar", "1"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageContaining("found bar 1");
        assertThatThrownBy(() -> json("bars", "500"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageContaining("expected book, or features, or bars, how many");
    }

    /** A server that forgot the script, as after a failover, is taught it in the same transaction: nothing is written by half. */
    @Test
    void aServerThatDoesNotKnowTheScriptIsTaughtIt() {
        Keyspace.Names names = Keyspace.DEFAULT
                .withJson(new JsonKeys("json:<symbol>", null, null, null, JsonKeys.BARS))
                .of("BTCUSDT");
        jedis.hset(HASH, Map.of("lastUpdateId", "1", "b:1", "1"));
        LiveBookWriter writer = opened(LiveBookWriter.withoutJournal(connections(), names, InstantSource.system()));
        for (long id = 2; id <= 3; id++) {
            jedis.scriptFlush();
            PriceLevels.Builder bids = new PriceLevels.Builder();
            bids.add(PackedDecimal.parse("1"), PackedDecimal.parse("" + id));
            DepthUpdate update = new DepthUpdate(id, id, 1, bids.build(), new PriceLevels.Builder().build());

            assertThat(writer.write(List.of(update)).verdict()).isEqualTo(Verdict.APPLIED);
            assertThat(jedis.get(JSON)).contains("\"lastUpdateId\":" + id, "[\"1\",\"" + id + "\"]");
        }
        assertThat(names.json(Family.BOOK)).contains(JSON);
        assertThat(names.json(Family.META)).isEmpty();
    }
}
