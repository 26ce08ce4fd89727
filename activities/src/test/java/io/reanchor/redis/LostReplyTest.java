package io.reanchor.redis;

import static io.reanchor.redis.Given.FLAG;
import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.order;
import static io.reanchor.redis.Given.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.FaultProxy;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A really cut socket around EXEC: the caller can't know, so it is told so, and then finds out. */
class LostReplyTest extends RealRedis {
    private static final Token A = run("A");
    private FaultProxy proxy;
    private MarketState state;
    private StagedState staged;
    private List<String> before;

    @BeforeEach
    void stage() {
        given.recover(run("before"), 90, 40);
        given.claim(A);
        staged = given.stage(A, 100, 50);
        before = given.dump();
        proxy = FaultProxy.before(server);
        state = new MarketState(
                RedisSettings.of(proxy.uri()).withOperationTimeout(Duration.ofMillis(500)),
                Clock.fixed(Given.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void cut() {
        state.close();
        proxy.close();
    }

    @Test
    void appliedAndTheReplyLostThenResolvedByTheReceipt() {
        proxy.loseReplyOf("EXEC");
        RedisStateException unknown =
                failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)), "2-A.1", "meta:BTCUSDT");
        assertThat(unknown.retryable()).isTrue();

        SwapReceipt receipt = state.cutOver(order(A, staged));
        assertThat(receipt.resolved()).isTrue();
        assertThat(receipt.generation()).isEqualTo("2-A.1");
        assertThat(receipt.replaced()).isEqualTo("1-before.1");
        assertThat(given.redis.hget("ob:old:BTCUSDT", "gen")).isEqualTo("1-before.1");
    }

    @Test
    void appliedAndTheReplyLostThenSettled() {
        proxy.loseReplyOf("EXEC");
        failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)));

        Settlement settled = state.settle(SYMBOL, A, staged.against());
        assertThat(settled.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(settled.receipt())
                .isEqualTo(new SwapReceipt(
                        "2-A.1",
                        "1-before.1",
                        100,
                        50L,
                        Given.NOW,
                        1,
                        true,
                        null,
                        Receipt.quality(staged),
                        null,
                        null));
        assertThat(given.redis.exists(FLAG)).isFalse();
    }

    @Test
    void neverArrivedThenDoneByTheNextAttempt() {
        proxy.cutBefore("EXEC");
        failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)));
        assertThat(given.dump()).isEqualTo(before);

        SwapReceipt receipt = state.cutOver(order(A, staged));
        assertThat(receipt.resolved()).isFalse();
        assertThat(given.state.liveIds(SYMBOL).generation()).isEqualTo("2-A.1");
    }

    @Test
    void neverArrivedThenSettled() {
        proxy.cutBefore("EXEC");
        failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)));

        Settlement settled = state.settle(SYMBOL, A, staged.against());
        assertThat(settled.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(given.dump()).isEqualTo(before);
        assertThat(given.anyExists(STAGED)).isFalse();
        assertThat(given.redis.exists(FLAG)).isFalse();
    }

    @Test
    void aConnectionCutBeforeTheTransactionIsNoUnknownOutcome() {
        proxy.cutBefore("WATCH");
        failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.cutOver(order(A, staged)), "cut-over of BTCUSDT");
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void aClaimWhoseReplyWasLostIsMine() {
        given.redis.del(FLAG);
        proxy.loseReplyOf("EVALSHA");
        failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.claim(SYMBOL, A, Given.FLAG_TTL), FLAG);
        assertThat(state.claim(SYMBOL, A, Given.FLAG_TTL).mine()).isTrue();
    }
}
