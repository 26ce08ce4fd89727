package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.market.OrderBook;
import io.reanchor.redis.RedisStateException;
import io.reanchor.redis.Token;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.SwapReceipt;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What becomes of an old state whose writer went on, of a gap that a revert opens again, and of a quiet market. */
class RevertWithJournalTest {
    private SimulatedExchange exchange;
    private DirectSteps steps;
    private Feed feed;
    private Jedis redis;

    @BeforeEach
    void start() throws Exception {
        exchange = DirectSteps.exchange(new SyntheticMarket.Shape(20, 60, 4, 0.1));
        steps = new DirectSteps(Duration.ofSeconds(60), exchange);
        feed = new Feed(exchange.market(DirectSteps.SYMBOL), steps.redis.uri());
        redis = new Jedis(steps.redis.uri());
        exchange.step(Duration.ofSeconds(20));
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        feed.close();
        steps.close();
        exchange.close();
    }

    private long liveId() {
        return Long.parseLong(redis.hget("ob:BTCUSDT", "lastUpdateId"));
    }

    private void writerGoesOn(int seconds) {
        exchange.step(Duration.ofSeconds(seconds));
        feed.journal();
        steps.state.follow(DirectSteps.SYMBOL, Duration.ofHours(24));
    }

    private SwapReceipt revert(RevertPlan plan, boolean regardless) {
        Token token = DirectSteps.token();
        steps.state.claim(DirectSteps.SYMBOL, token, Duration.ofMinutes(1));
        SwapReceipt receipt =
                steps.state.revert(DirectSteps.SYMBOL, token, "reanchor-BTCUSDT", plan.generation(), regardless);
        return steps.follow(receipt);
    }

    private void assertLiveIsTrue() {
        OrderBook book =
                Objects.requireNonNull(steps.state.liveBook(DirectSteps.SYMBOL)).book();
        assertThat(book.digest())
                .isEqualTo(exchange.market(DirectSteps.SYMBOL)
                        .trueBook(book.lastUpdateId())
                        .digest());
    }

    @Test
    void afterAThousandFurtherUpdatesTheJournalCarriesTheOldStateToWhereLiveIs() throws Exception {
        long before = liveId();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        long updates = redis.xlen("diff:BTCUSDT");
        while (redis.xlen("diff:BTCUSDT") < updates + 1_000) {
            writerGoesOn(10);
        }
        long live = liveId();

        RevertPlan plan = steps.state.planRevert(DirectSteps.SYMBOL, null);
        assertThat(plan.carried()).as(plan.toString()).isTrue();
        assertThat(plan.old().lastUpdateId()).isEqualTo(before);
        assertThat(plan.reached().lastUpdateId()).isEqualTo(live);

        SwapReceipt receipt = revert(plan, false);

        assertThat(receipt.lastUpdateId()).isEqualTo(before);
        assertThat(Objects.requireNonNull(receipt.followed()).lastUpdateId()).isEqualTo(live);
        assertThat(liveId()).as("so nobody sees it for longer than a moment").isEqualTo(live);
        assertLiveIsTrue();
    }

    @Test
    void inAQuietMarketNothingIsLost() throws Exception {
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        long live = liveId();

        RevertPlan plan = steps.state.planRevert(DirectSteps.SYMBOL, null);
        revert(plan, false);

        assertThat(plan.carried()).isTrue();
        assertThat(liveId()).isEqualTo(live);
        assertLiveIsTrue();
    }

    /** Story 15: the old state is the one from before the gap. */
    @Test
    void aGapThatWouldOpenAgainIsToldAndRefused() throws Exception {
        long before = liveId();
        exchange.step(Duration.ofSeconds(1));
        feed.lose();
        exchange.step(Duration.ofSeconds(1));
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        long live = liveId();

        RevertPlan plan = steps.state.planRevert(DirectSteps.SYMBOL, null);

        assertThat(plan.carried()).isFalse();
        assertThat(plan.reached().lastUpdateId()).isEqualTo(before);
        assertThat(plan.thrownAway().get(0)).startsWith("updates %d..%d".formatted(before + 1, live));
        RedisStateException refused = catchThrowableOfType(RedisStateException.class, () -> revert(plan, false));
        assertThat(refused.type()).isEqualTo(FailureTypes.NOT_CARRIED);
        assertThat(liveId()).isEqualTo(live);

        redis.del("reanchor:BTCUSDT"); // the refused run has settled
        SwapReceipt receipt = revert(plan, true);

        assertThat(receipt.lastUpdateId()).isEqualTo(before);
        assertThat(liveId()).isEqualTo(before);
        assertLiveIsTrue();
    }

    @Test
    void aTrimmedJournalCarriesNothing() throws Exception {
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        writerGoesOn(5);
        redis.xtrim("diff:BTCUSDT", 1, false);

        RevertPlan plan = steps.state.planRevert(DirectSteps.SYMBOL, null);

        assertThat(plan.carried()).isFalse();
        assertThat(plan.reached().lastUpdateId()).isEqualTo(plan.old().lastUpdateId());
    }
}
