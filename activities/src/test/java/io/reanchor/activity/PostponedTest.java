package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.redis.RedisStateException;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.KeptUp;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities.KeepUp;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What a postponed cut-over does to Redis while it waits, and what a dry run leaves there. */
class PostponedTest {
    private static final Duration FLAG_TTL = Duration.ofMinutes(5);

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

    private KeptUp keepUp(DirectSteps.Prepared prepared) throws InterruptedException {
        StagedState staged = prepared.staged();
        return new KeepUpStep(steps.state, Clock.systemUTC(), steps.recorder)
                .run(
                        new KeepUp(
                                DirectSteps.SYMBOL,
                                1,
                                staged.book(),
                                staged.bars(),
                                staged.against(),
                                FLAG_TTL,
                                Duration.ofMillis(1)),
                        prepared.token());
    }

    private long writerGoesOn() {
        exchange.step(Duration.ofSeconds(1));
        return feed.journal().finalUpdateId();
    }

    @Test
    void whatIsStagedIsKeptUpAndFromExpiring() throws Exception {
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        redis.pexpire("reanchor:BTCUSDT", 2_000);
        redis.pexpire("ob:new:BTCUSDT", 2_000);
        long newest = writerGoesOn();

        KeptUp kept = keepUp(prepared);

        assertThat(kept.lastUpdateId()).isEqualTo(newest);
        assertThat(kept.behindMs()).isZero();
        assertThat(redis.hget("ob:new:BTCUSDT", "lastUpdateId")).isEqualTo(Long.toString(newest));
        assertThat(redis.hget("feat:new:BTCUSDT", "asOfUpdateId")).isEqualTo(Long.toString(newest));
        assertThat(redis.pttl("reanchor:BTCUSDT")).isGreaterThan(FLAG_TTL.toMillis() - 10_000);
        assertThat(redis.pttl("ob:new:BTCUSDT")).isGreaterThan(60_000);
        SwapReceipt receipt = steps.swap(prepared, FeedGap.UNKNOWN);
        assertThat(receipt.lastUpdateId()).isEqualTo(newest);
    }

    /** An approval that comes after more time than a journal keeps: what was kept up isn't looked for there again. */
    @Test
    void whatIsKeptUpMayBeTrimmedFromTheJournals() throws Exception {
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        for (int step = 0; step < 3; step++) {
            long newest = writerGoesOn();
            assertThat(keepUp(prepared).lastUpdateId()).isEqualTo(newest);
            redis.xtrim("diff:BTCUSDT", 1, false);
            redis.xtrim("trades:BTCUSDT", 1, false);
        }
        long newest = writerGoesOn();

        SwapReceipt receipt = steps.swap(prepared, FeedGap.UNKNOWN);

        assertThat(receipt.lastUpdateId()).isEqualTo(newest);
        assertThat(redis.hget("tr:BTCUSDT:1s", "lastTradeId")).isEqualTo(String.valueOf(receipt.lastTradeId()));
    }

    @Test
    void whoLostTheFlagRenewsNothing() throws Exception {
        DirectSteps.Prepared lost = steps.prepare(FeedGap.UNKNOWN);
        steps.prepare(FeedGap.UNKNOWN); // settles the one before
        redis.pexpire("reanchor:BTCUSDT", 2_000);

        RedisStateException refused = catchThrowableOfType(RedisStateException.class, () -> keepUp(lost));

        assertThat(refused.type()).isEqualTo(FailureTypes.FENCED);
        assertThat(redis.pttl("reanchor:BTCUSDT")).isLessThanOrEqualTo(2_000);
    }

    @Test
    void whatExpiredIsToldAsLost() throws Exception {
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        redis.del("ob:new:BTCUSDT");

        StepFailure refused = catchThrowableOfType(StepFailure.class, () -> keepUp(prepared));

        assertThat(refused.type()).isEqualTo(FailureTypes.FENCED);
    }

    /** A late attempt of the step before catches up once more, right before the seal: no reason to refuse the cut-over. */
    @Test
    void aLateKeepUpBesideTheCutOverRefusesNothing() throws Exception {
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        int[] calls = {0};

        SwapReceipt receipt = steps.swap(prepared, () -> {
            if (calls[0]++ == 0) {
                writerGoesOn();
                steps.catchUp(prepared);
            }
        });

        assertThat(receipt.attempts()).isEqualTo(2);
        assertThat(redis.hget("ob:BTCUSDT", "lastUpdateId")).isEqualTo(Long.toString(receipt.lastUpdateId()));
    }

    @Test
    void liveIsHeldAgainstWhatIsStaged() throws Exception {
        steps.prepare(FeedGap.UNKNOWN);
        String bid = redis.hgetAll("ob:BTCUSDT").keySet().stream()
                .filter(field -> field.startsWith("b:"))
                .min(String::compareTo)
                .orElseThrow();
        redis.hset("ob:BTCUSDT", bid, "12345.678");
        redis.hdel("feat:BTCUSDT", "mid");

        Comparison found = LiveAgainstStaged.of(steps.state, DirectSteps.SYMBOL, Instant.EPOCH)
                .orElseThrow();

        assertThat(found.levels().differ()).isEqualTo(1);
        assertThat(found.levels().first().get(0).what()).isEqualTo(bid);
        assertThat(found.levels().first().get(0).live()).isEqualTo("12345.678");
        assertThat(found.bars1s().differ()).isZero();
        assertThat(found.bars1s().compared()).isPositive();
        assertThat(found.features().first())
                .extracting(Comparison.Difference::what)
                .contains("mid");
        assertThat(found.nothingDiffers()).isFalse();
        assertThat(found.live().lastUpdateId()).isEqualTo(found.staged().lastUpdateId());
    }

    @Test
    void aDryRunLeavesWhatItStagedButNoFlag() throws Exception {
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);

        assertThat(steps.state
                        .settle(DirectSteps.SYMBOL, prepared.token(), null, true)
                        .outcome())
                .isEqualTo(Outcome.ROLLED_BACK);

        assertThat(redis.exists("reanchor:BTCUSDT")).isFalse();
        assertThat(redis.pttl("ob:new:BTCUSDT")).isPositive();
        assertThat(LiveAgainstStaged.of(steps.state, DirectSteps.SYMBOL, Instant.EPOCH))
                .isPresent();
        assertThat(catchThrowableOfType(RedisStateException.class, () -> steps.swap(prepared, FeedGap.UNKNOWN))
                        .type())
                .as("without the flag nobody puts it live")
                .isEqualTo(FailureTypes.FENCED);
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN); // the next recovery takes over what lies there
    }

    @Test
    void withoutAnythingStagedThereIsNothingToCompare() {
        assertThat(LiveAgainstStaged.of(steps.state, DirectSteps.SYMBOL, Instant.EPOCH))
                .isEmpty();
    }
}
