package io.reanchor.redis;

import static io.reanchor.redis.Given.FLAG;
import static io.reanchor.redis.Given.LIVE;
import static io.reanchor.redis.Given.OLD;
import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.order;
import static io.reanchor.redis.Given.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CutOverTest extends RealRedis {
    @Test
    void aFirstRecoveryHasNoLiveKeysToReplace() {
        SwapReceipt receipt = given.recover(run("first"), 100, 50);

        assertThat(receipt.generation()).isEqualTo("1-first.1");
        assertThat(receipt.replaced()).isEmpty();
        assertThat(receipt.lastUpdateId()).isEqualTo(100);
        assertThat(receipt.lastTradeId()).isEqualTo(50L);
        assertThat(receipt.resolved()).isFalse();
        assertThat(given.redis.exists(LIVE.toArray(String[]::new))).isEqualTo(5);
        assertThat(given.anyExists(STAGED)).isFalse();
        assertThat(given.anyExists(OLD)).isFalse();
        assertThat(given.redis.exists(FLAG)).isFalse();
    }

    @Test
    void allKeysBearTheNewGenerationAndNoTtl() {
        given.recover(run("a"), 100, 50);
        given.recover(run("b"), 101, 51);

        for (String key : LIVE) {
            assertThat(given.redis.hget(key, "gen")).as(key).isEqualTo("2-b.1");
            assertThat(given.redis.pttl(key)).as(key).isEqualTo(-1);
        }
        for (String key : OLD) {
            assertThat(given.redis.hget(key, "gen")).as(key).isEqualTo("1-a.1");
            assertThat(given.redis.pttl(key)).as(key).isPositive();
        }
    }

    @Test
    void whatGoesLiveIsWhatWasStaged() {
        given.recover(run("a"), 100, 50);

        MarketView live = given.state.live(SYMBOL);
        assertThat(requireNonNull(live.book()).book().digest())
                .isEqualTo(Given.book(100, 10, "1.100").digest());
        assertThat(requireNonNull(live.book()).book().eventTime()).isEqualTo(1_700_000_000_123L);
        assertThat(requireNonNull(live.bars1s()).bars()).isEqualTo(Given.bars(1000, 10, 50));
        assertThat(requireNonNull(live.bars5s()).bars()).isEqualTo(Given.bars(5000, 2, 50));
        assertThat(requireNonNull(live.features()).values()).containsEntry("mid", "100.005");
        assertThat(requireNonNull(live.features()).asOfUpdateId()).isEqualTo(100);
        assertThat(live.receipt()).containsEntry("runId", "a").containsEntry("bookDigest", "0123456789abcdef");
    }

    @Test
    void aMissingLiveFeatureKeyLeavesNoOlderOneBehind() {
        given.recover(run("a"), 100, 50);
        given.recover(run("b"), 101, 51);
        given.redis.del("feat:" + SYMBOL);
        given.recover(run("c"), 102, 52);

        assertThat(given.redis.exists("feat:old:" + SYMBOL)).isFalse();
        assertThat(given.redis.hget("ob:old:" + SYMBOL, "gen")).isEqualTo("2-b.1");
        assertThat(given.redis.hget("feat:" + SYMBOL, "gen")).isEqualTo("3-c.1");
    }

    /** The rename of what isn't there fails inside the transaction, and nothing else does. */
    @Test
    void aMissingLiveFeatureKeyThatNothingEverReplacedIsReplacedAllTheSame() {
        given.recover(run("a"), 100, 50);
        given.redis.del("feat:" + SYMBOL);
        given.recover(run("b"), 101, 51);

        assertThat(given.redis.exists("feat:old:" + SYMBOL)).isFalse();
        for (String key : LIVE) {
            assertThat(given.redis.hget(key, "gen")).as(key).isEqualTo("2-b.1");
        }
    }

    @Test
    void calledAgainItFindsItsReceipt() {
        given.claim(run("a"));
        StagedState staged = given.stage(run("a"), 100, 50);
        SwapReceipt first = given.state.cutOver(order(run("a"), staged));
        SwapReceipt again = given.state.cutOver(order(run("a"), staged));

        assertThat(again)
                .isEqualTo(
                        new SwapReceipt("1-a.1", "", 100, 50L, first.at(), 1, true, null, first.quality(), null, null));
    }

    @Test
    void theReceiptListsTheLastThirtyTwoBeforeIt() {
        for (int i = 1; i <= 36; i++) {
            given.recover(run("r" + i), 100 + i, 50 + i);
        }
        assertThat(given.redis.hget("meta:" + SYMBOL, "previous").split(" "))
                .hasSize(32)
                .startsWith("35-r35.1,135,85," + Given.NOW.toEpochMilli())
                .endsWith("4-r4.1,104,54," + Given.NOW.toEpochMilli());
        assertThat(given.state.settle(SYMBOL, run("r4"), "3-r3.1").outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(given.state.settle(SYMBOL, run("r5"), "4-r4.1").receipt())
                .isEqualTo(new SwapReceipt("5-r5.1", "4-r4.1", 105, 55L, Given.NOW, 1, true, null, null, null, null));
        assertThat(given.state.settle(SYMBOL, run("r2"), "1-r1.1").outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(given.state.settle(SYMBOL, run("none"), null).outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void theReplacedStateIsSweptWhenItsRetentionIsOver() {
        given.recover(run("a"), 100, 50);
        given.recover(run("b"), 101, 51);
        assertThat(given.state.sweep()).isEmpty();

        OLD.forEach(key ->
                given.redis.pexpire(key, given.settings.lifetimes().backstop().toMillis()));
        assertThat(given.state.sweep()).containsExactlyInAnyOrderElementsOf(OLD);
        assertThat(given.anyExists(OLD)).isFalse();
    }

    @Test
    void aForeignKeyThatLooksReplacedStopsNoSweep() {
        given.recover(run("a"), 100, 50);
        given.recover(run("b"), 101, 51);
        given.redis.set("ob:old:btc", "somebody else's");
        OLD.forEach(key ->
                given.redis.pexpire(key, given.settings.lifetimes().backstop().toMillis()));

        assertThat(given.state.sweep()).containsExactlyInAnyOrderElementsOf(OLD);
        assertThat(given.redis.exists("ob:old:btc")).isTrue();
    }

    @Test
    void refusedWhenAnotherGenerationIsLive() {
        given.claim(run("a"));
        StagedState staged = given.stage(run("a"), 100, 50);
        given.redis.hset("meta:" + SYMBOL, "gen", "7-other.1");

        assertRefused(order(run("a"), staged), FailureTypes.LIVE_MOVED, "meta:BTCUSDT", "generation 7-other.1", "none");
    }

    @Test
    void refusedWhenTheReportedGapIsNotCovered() {
        given.claim(run("a"));
        StagedState staged = given.stage(run("a"), 100, 50);
        CutOverOrder order = new CutOverOrder(
                SYMBOL, run("a"), "reanchor-BTCUSDT", new FeedGap(90L, 101L, null, null, null), staged);

        assertRefused(order, FailureTypes.NOT_COVERED, "BTCUSDT", "update id 101", "100");
    }

    @Test
    void refusedWhenAStagedKeyWasTamperedWith() {
        for (Map.Entry<String, String> change : Map.of(
                        "ob:new:BTCUSDT", "b:1", "tr:new:BTCUSDT:5s", "9", "feat:new:BTCUSDT", "extra")
                .entrySet()) {
            given.redis.flushAll();
            given.claim(run("a"));
            StagedState staged = given.stage(run("a"), 100, 50);
            given.redis.hset(change.getKey(), change.getValue(), "1");
            assertRefused(order(run("a"), staged), FailureTypes.FENCED, change.getKey(), "fields");
        }
    }

    @Test
    void refusedWhenAStagedKeyIsGone() {
        for (String key : STAGED.subList(0, 4)) {
            given.redis.flushAll();
            given.recover(run("before"), 90, 40);
            given.claim(run("a"));
            StagedState staged = given.stage(run("a"), 100, 50);
            given.redis.del(key);
            assertRefused(order(run("a"), staged), FailureTypes.FENCED, key, "none");
        }
    }

    @Test
    void refusedWhenTheFlagIsLost() {
        given.claim(run("a"));
        StagedState staged = given.stage(run("a"), 100, 50);
        given.redis.del(FLAG);
        assertRefused(order(run("a"), staged), FailureTypes.FENCED, FLAG, "a.1", "nothing");
    }

    @Test
    void aSymbolsKeysAreNobodyElses() {
        given.recover(run("a"), 100, 50);
        List<String> before = given.dump();
        assertThat(given.state.liveIds("ETHUSDT")).isEqualTo(new LiveIds("", null, null));
        assertThat(given.state.settle("ETHUSDT", run("a"), null).undone()).isEmpty();
        assertThat(given.dump()).isEqualTo(before);
    }

    private void assertRefused(CutOverOrder order, String type, String... inMessage) {
        List<String> before = given.dump();
        assertThatThrownBy(() -> given.state.cutOver(order)).isInstanceOfSatisfying(RedisStateException.class, e -> {
            assertThat(e.type()).as(e.getMessage()).isEqualTo(type);
            assertThat(e.retryable()).isFalse();
            assertThat(e.getMessage()).contains(inMessage);
        });
        assertThat(given.dump()).isEqualTo(before);
    }
}
