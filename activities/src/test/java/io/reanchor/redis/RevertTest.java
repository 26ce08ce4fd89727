package io.reanchor.redis;

import static io.reanchor.redis.Given.FLAG;
import static io.reanchor.redis.Given.LIVE;
import static io.reanchor.redis.Given.OLD;
import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.Break;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Stories 4, 5 and 15 of what simpler reverts get wrong, and the rest of what a revert must bear. */
class RevertTest extends RealRedis {
    private static final Token R = run("r");

    private SwapReceipt revert(Token token, String generation) {
        return given.state.revert(SYMBOL, token, "reanchor-" + SYMBOL, generation, true);
    }

    private void twoGenerations() {
        given.recover(run("a"), 100, 50);
        given.recover(run("b"), 110, 60);
    }

    /** A live key without what a revert stamps. */
    private Map<String, String> content(String key) {
        Map<String, String> fields = given.redis.hgetAll(key);
        fields.remove("gen");
        return fields;
    }

    @Test
    void putsBackWhatTheCutOverReplacedAsANewGeneration() {
        given.recover(run("a"), 100, 50);
        List<Map<String, String>> before =
                LIVE.subList(0, 4).stream().map(this::content).toList();
        given.recover(run("b"), 110, 60);
        List<Map<String, String>> undone =
                LIVE.subList(0, 4).stream().map(this::content).toList();
        given.claim(R);

        SwapReceipt receipt = revert(R, "2-b.1");

        assertThat(receipt.generation()).isEqualTo("3-r.1");
        assertThat(receipt.replaced()).isEqualTo("2-b.1");
        assertThat(receipt.lastUpdateId()).isEqualTo(100);
        assertThat(receipt.lastTradeId()).isEqualTo(50L);
        assertThat(LIVE.subList(0, 4).stream().map(this::content).toList()).isEqualTo(before);
        for (String key : LIVE) {
            assertThat(given.redis.hget(key, "gen")).as(key).isEqualTo("3-r.1");
            assertThat(given.redis.pttl(key)).as(key).isEqualTo(-1);
        }
        assertThat(OLD.subList(0, 4).stream().map(this::content).toList())
                .as("what was live is kept in its turn")
                .isEqualTo(undone);
        for (String key : OLD) {
            assertThat(given.redis.hget(key, "gen")).as(key).isEqualTo("2-b.1");
            assertThat(given.redis.pttl(key)).as(key).isPositive();
        }
        assertThat(given.anyExists(STAGED)).isFalse();
        assertThat(given.redis.exists(FLAG)).isFalse();
        assertThat(given.redis.hgetAll("meta:" + SYMBOL))
                .containsEntry("kind", "revert")
                .containsEntry("revertOf", "2-b.1")
                .containsEntry("restored", "1-a.1")
                .containsEntry("trustedLow", requireNonNull(receipt.quality()).trustedLow());
        assertThat(given.redis.hget("meta:" + SYMBOL, "previous"))
                .startsWith("2-b.1,110,60,")
                .contains(" 1-a.1,");
    }

    @Test
    void tellsBeforehandWhatItWouldDo() {
        twoGenerations();
        List<String> before = given.dump();

        RevertPlan plan = given.state.planRevert(SYMBOL, null);

        assertThat(plan.generation()).isEqualTo("2-b.1");
        assertThat(plan.back()).isEqualTo("1-a.1");
        assertThat(plan.live()).isEqualTo(new RevertPlan.Where(110L, 60L));
        assertThat(plan.old()).isEqualTo(new RevertPlan.Where(100L, 50L));
        assertThat(plan.reached()).as("there is no journal").isEqualTo(plan.old());
        assertThat(plan.carried()).isFalse();
        assertThat(plan.thrownAway()).hasSize(2).first().asString().startsWith("updates 101..110");
        assertThat(plan.leftMs())
                .isBetween(1L, given.settings.lifetimes().retention().toMillis());
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void isRefusedWhenNoJournalCarriesTheOldStateOn() {
        twoGenerations();
        given.claim(R);
        List<String> before = given.dump();

        failure(
                FailureTypes.NOT_CARRIED,
                () -> given.state.revert(SYMBOL, R, "w", "2-b.1", false),
                "updates 101..110",
                "trades 51..60");
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void isRefusedWhenAnotherGenerationIsLive() {
        twoGenerations();
        given.recover(run("c"), 120, 70);
        given.claim(R);

        failure(FailureTypes.NOT_REVERTIBLE, () -> revert(R, "2-b.1"), "3-c.1 is live", "not 2-b.1");
        failure(FailureTypes.NOT_REVERTIBLE, () -> given.state.planRevert(SYMBOL, "2-b.1"), "3-c.1 is live");
    }

    @Test
    void isRefusedWhenTheOldStateIsGoneOrNeverWas() {
        failure(FailureTypes.NOT_REVERTIBLE, () -> given.state.planRevert(SYMBOL, null), "no cut-over");
        given.recover(run("a"), 100, 50);
        failure(FailureTypes.NOT_REVERTIBLE, () -> given.state.planRevert(SYMBOL, null), "ob:old:BTCUSDT isn't there");
        given.recover(run("b"), 110, 60);
        given.claim(R);
        OLD.forEach(key ->
                given.redis.pexpire(key, given.settings.lifetimes().backstop().toMillis()));
        given.state.sweep();

        failure(FailureTypes.NOT_REVERTIBLE, () -> revert(R, "2-b.1"), "ob:old:BTCUSDT isn't there", "retention");
    }

    /** Story 5: an old key that is missing, or of an earlier cut-over, must not come back beside the others. */
    @Test
    void anOldStateThatIsNotOfOneGenerationStaysWhereItIs() {
        given.recover(run("a"), 100, 50);
        given.redis.del("feat:" + SYMBOL);
        given.recover(run("b"), 110, 60);
        given.claim(R);
        List<String> before = given.dump();

        failure(FailureTypes.NOT_REVERTIBLE, () -> revert(R, "2-b.1"), "feat:old:BTCUSDT isn't there");
        given.redis.hset("feat:old:" + SYMBOL, "gen", "0-x.1");
        failure(FailureTypes.NOT_REVERTIBLE, () -> revert(R, "2-b.1"), "feat:old:BTCUSDT is of generation 0-x.1");
        assertThat(given.dump()).isEqualTo(before);
    }

    /** Story 4: the reply is lost, a recovery installs the next generation, the revert is tried again. */
    @Test
    void aRetriedRevertDoesNotUndoWhatCameAfterIt() {
        twoGenerations();
        given.claim(R);
        SwapReceipt receipt = revert(R, "2-b.1");
        SwapReceipt next = given.recover(run("c"), 120, 70);
        assertThat(next.generation()).isEqualTo("4-c.1");
        List<String> before = given.dump();

        SwapReceipt again = revert(R, "2-b.1");

        assertThat(again.generation()).isEqualTo(receipt.generation());
        assertThat(again.resolved()).isTrue();
        assertThat(given.dump()).isEqualTo(before);
        assertThat(given.state.settle(SYMBOL, R, "2-b.1").outcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void onceIsEnough() {
        twoGenerations();
        given.claim(R);
        revert(R, "2-b.1");
        given.claim(run("twice"));

        failure(FailureTypes.NOT_REVERTIBLE, () -> revert(run("twice"), "2-b.1"), "3-r.1 is live");
        failure(FailureTypes.NOT_REVERTIBLE, () -> given.state.planRevert(SYMBOL, null), "is a revert itself", "3-r.1");

        SwapReceipt back = revert(run("twice"), "3-r.1");
        assertThat(back.generation()).isEqualTo("4-twice.1");
        assertThat(given.redis.hget("ob:" + SYMBOL, "lastUpdateId")).isEqualTo("110");
    }

    @Test
    void whoLostTheFlagRevertsNothing() {
        twoGenerations();
        given.claim(R);
        given.redis.del(FLAG);
        given.claim(run("other"));
        List<String> before = given.dump();

        failure(FailureTypes.FENCED, () -> revert(R, "2-b.1"), FLAG, "other.1");
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void aSettledRevertCannotHappenAnyMore() {
        twoGenerations();
        given.claim(R);
        List<String> before = given.dump();
        Settlement settled = given.state.settle(SYMBOL, R, "2-b.1");

        assertThat(settled.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        failure(FailureTypes.FENCED, () -> revert(R, "2-b.1"));
        assertThat(given.dump()).isEqualTo(before);
    }

    /** The old state is swept between the look at it and the transaction. */
    @Test
    void theOldKeysAreWatched() {
        twoGenerations();
        given.claim(R);
        List<String> before = given.dump();
        try (FaultProxy proxy = FaultProxy.before(server);
                MarketState through = new MarketState(
                        RedisSettings.of(proxy.uri()).withOperationTimeout(Duration.ofSeconds(5)), Clock.systemUTC())) {
            FaultProxy.Held exec = proxy.breakNext(
                    boundary -> boundary.name().equals("EXEC"),
                    Break.NONE,
                    () -> given.redis.unlink(OLD.toArray(String[]::new)));

            failure(
                    FailureTypes.NOT_REVERTIBLE,
                    () -> through.revert(SYMBOL, R, "w", "2-b.1", true),
                    "ob:old:BTCUSDT isn't there");
            assertThat(exec.met()).isPresent();
        }
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void aLostReplyIsResolvedByTheReceipt() {
        twoGenerations();
        given.claim(R);
        try (FaultProxy proxy = FaultProxy.before(server);
                MarketState through = new MarketState(
                        RedisSettings.of(proxy.uri()).withOperationTimeout(Duration.ofSeconds(5)), Clock.systemUTC())) {
            proxy.breakNext(boundary -> boundary.name().equals("EXEC"), Break.CUT_AFTER, () -> {});

            failure(
                    FailureTypes.OUTCOME_UNKNOWN,
                    () -> through.revert(SYMBOL, R, "w", "2-b.1", true),
                    "3-r.1",
                    "meta:BTCUSDT");
        }
        SwapReceipt receipt = revert(R, "2-b.1");
        assertThat(receipt.resolved()).isTrue();
        assertThat(given.redis.hget("ob:" + SYMBOL, "lastUpdateId")).isEqualTo("100");
    }
}
