package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.Ids;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Ids past what Lua counts exactly are no ids: left standing, such a one would be ahead of every snapshot for ever. */
    @Test
    void aLiveIdThatNoExchangeHasIsReplaced() {
        given.redis.hset("ob:BTCUSDT", "lastUpdateId", Long.toString(Ids.MAX + 1));
        given.redis.hset("tr:BTCUSDT:1s", "lastTradeId", "999999999999999999");
        assertThat(given.state.liveIds(SYMBOL)).isEqualTo(new LiveIds("1-a.1", null, 50L));
        assertThat(given.recover(Given.run("b"), 101, 51).generation()).isEqualTo("2-b.1");
        assertThat(FeedGap.MAX_ID).isEqualTo(Ids.MAX);
    }

    @Test
    void aReceiptThatIsNoHashIsNamedByWhoClaims() {
        given.redis.del("meta:BTCUSDT");
        given.redis.set("meta:BTCUSDT", "rubbish");
        RedisStateException refused = failure(
                FailureTypes.REDIS_REFUSED,
                () -> given.state.claim(SYMBOL, Given.run("b"), Given.FLAG_TTL),
                "meta:BTCUSDT: found a string, expected a hash",
                "Trying again doesn't help",
                "look with TYPE");
        assertThat(refused.retryable()).isFalse();
        assertThat(given.redis.exists(Given.FLAG)).as("nothing was claimed").isFalse();
    }

    @Test
    void aFlagThatIsNoStringIsNamedByEveryWrite() {
        Token b = Given.run("b");
        given.claim(b);
        StagedState staged = given.stage(b, 101, 51);
        given.redis.del(Given.FLAG);
        given.redis.rpush(Given.FLAG, "rubbish");
        String message = "reanchor:BTCUSDT: found a list, expected a string";
        Owner next = Owner.of(b, 1, 1);
        StagedBars bars = staged.bars();
        StagedBarKeys keys = new StagedBarKeys(bars.bars1s(), bars.bars5s());
        failure(FailureTypes.REDIS_REFUSED, () -> given.stageBook(next, Given.book(101, 3, "1")), message);
        failure(
                FailureTypes.REDIS_REFUSED,
                () -> given.stageFeatures(b, staged.book().key(), keys),
                message);
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.cutOver(Given.order(b, staged)), message);
        assertThat(given.redis.hget("ob:BTCUSDT", "gen")).isEqualTo("1-a.1");
    }

    @Test
    void aStagedKeyThatIsNoHashIsNamedByEveryWrite() {
        for (String key : Given.STAGED.subList(0, 4)) {
            Token b = Given.run("b" + Given.STAGED.indexOf(key));
            given.claim(b);
            StagedState staged = given.stage(b, 101, 51);
            given.redis.set(key, "rubbish");
            failure(
                    FailureTypes.REDIS_REFUSED,
                    () -> given.state.cutOver(Given.order(b, staged)),
                    key + ": found a string, expected a hash");
            given.redis.del(key);
            given.state.settle(SYMBOL, b, null);
        }
        Token late = Given.run("late");
        given.claim(late);
        failure(
                FailureTypes.REDIS_REFUSED,
                () -> given.state.stageBook(
                        SYMBOL,
                        Owner.of(late, 0, 1),
                        Given.book(101, 50_000, "1"),
                        written -> given.redis.set("ob:new:BTCUSDT", "rubbish")),
                "ob:new:BTCUSDT: found a string, expected a hash");
    }

    /** Whatever stands there, an undo ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "999999999999999999999999999999-x.1,1,1,1",
                "-x.1 , , ,, 1-,,,, 0-b.1x,1,1,1",
                "%s%d {} [] \n\u001b[31m",
                "b.1",
                "\u0000"
            })
    void aListOfPastGenerationsThatIsGarbageStopsNoUndo(String previous) {
        given.redis.hset("meta:BTCUSDT", "previous", previous);
        Token b = Given.run("b");
        given.claim(b);
        StagedState staged = given.stage(b, 101, 51);
        Settlement settled = given.state.settle(SYMBOL, b, staged.against());
        assertThat(settled.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(settled.undone()).hasSize(5);
        assertThat(given.recover(Given.run("c"), 102, 52).generation()).isEqualTo("2-c.1");
    }

    /** Lua can't unpack that many; what a receipt is found by is seven fields. */
    @Test
    void aReceiptWithThousandsOfForeignFieldsIsStillFound() {
        Map<String, String> foreign = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            foreign.put("x" + i, "1");
        }
        given.redis.hset("meta:BTCUSDT", foreign);
        Settlement settled = given.state.settle(SYMBOL, Given.run("a"), "");
        assertThat(settled.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(requireNonNull(settled.receipt()).generation()).isEqualTo("1-a.1");
        assertThat(requireNonNull(settled.receipt()).lastTradeId()).isEqualTo(50);
    }

    /** What nobody could read would be installed after it. */
    @Test
    void aGenerationThatHasNoSuccessorIsRefused() {
        given.redis.hset("meta:BTCUSDT", "gen", "999999999999999-x.1");
        failure(FailureTypes.REDIS_REFUSED, () -> given.state.liveIds(SYMBOL), "meta:BTCUSDT", "999999999999999-x.1");
        given.redis.hset("meta:BTCUSDT", "gen", "999999999999998-x.1");
        assertThat(given.recover(Given.run("b"), 101, 51).generation()).isEqualTo("999999999999999-b.1");
        assertThat(given.state.settle(SYMBOL, Given.run("b"), "").outcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void whatStandsThereIsShownShortAndOnOneLine() {
        String bad = "x\n2026-01-01 INFO all is well\u001b[2J\u202e\u0085" + "y".repeat(1_000_000);
        given.redis.set(Given.FLAG, bad);
        shown(FailureTypes.FOREIGN_FLAG, () -> given.state.claim(SYMBOL, Given.run("b"), Given.FLAG_TTL));
        shown(FailureTypes.FENCED, () -> given.stageBook(Owner.of(Given.run("b"), 0, 1), Given.book(1, 3, "1")));
        given.redis.del(Given.FLAG);
        StagedState staged = stagedBy(Given.run("b"));
        given.redis.hset("meta:BTCUSDT", "gen", bad);
        shown(FailureTypes.REDIS_REFUSED, () -> given.state.liveIds(SYMBOL));
        shown(FailureTypes.LIVE_MOVED, () -> given.state.cutOver(Given.order(Given.run("b"), staged)));
        given.redis.hset("ob:new:BTCUSDT", bad, bad);
        shown(FailureTypes.REDIS_REFUSED, () -> given.state.staged(SYMBOL));
        given.redis.hset("ob:new:BTCUSDT", "owner", bad);
        given.redis.hset("meta:BTCUSDT", "gen", "1-a.1");
        shown(FailureTypes.FENCED, () -> given.state.cutOver(Given.order(Given.run("b"), staged)));
        given.redis.hset("meta:BTCUSDT", "gen", bad);
        assertThat(given.state.installed(SYMBOL).lostText("1-a.1"))
                .hasSizeLessThan(600)
                .doesNotContainPattern("\\p{C}");
    }

    private StagedState stagedBy(Token token) {
        given.claim(token);
        return given.stage(token, 101, 51);
    }

    private static void shown(String type, ThrowingCallable call) {
        assertThat(failure(type, call).getMessage()).hasSizeLessThan(800).doesNotContainPattern("\\p{C}");
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
