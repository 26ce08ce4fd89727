package io.reanchor.redis;

import static io.reanchor.redis.Given.FLAG;
import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.book;
import static io.reanchor.redis.Given.order;
import static io.reanchor.redis.Given.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.OrderBook;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways in which simpler protocols fail, each played step by step on a real server. A and B are runs, 1 and 2 attempts. */
class StoriesTest extends RealRedis {
    private static final Token A = run("A");
    private static final Token B = run("B");

    /** "Not installed" can't be concluded by reading: the EXEC may still be on its way. */
    @Test
    void anExecThatIsOnItsWayWhenTheRunSettlesIsNeverApplied() throws Exception {
        given.recover(run("before"), 90, 40);
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        List<String> before = given.dump();
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held exec = slow.hold("EXEC");
            CompletableFuture<?> zombie = CompletableFuture.runAsync(() -> throughSlow.cutOver(order(A, staged)));
            exec.awaitArrival();

            Settlement settled = given.state.settle(SYMBOL, A, staged.against());
            exec.release();

            assertThat(settled.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(settled.undone()).containsAll(STAGED).contains(FLAG);
            assertThat(zombie)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            RedisStateException.class, e -> assertThat(e.type()).isEqualTo(FailureTypes.FENCED));
        }
        assertThat(given.dump()).isEqualTo(before);
        assertThat(given.anyExists(STAGED)).isFalse();
    }

    /** The token alone doesn't fence late attempts of the same run. */
    @Test
    void aLateAttemptOfTheSameRunCantMixItsChunksIntoTheAcceptedLoad() {
        given.claim(A);
        OrderBook older = book(100, 3000, "1");
        // So many levels that attempt 2 ends on the very seq that attempt 1 had: only the owner tells them apart.
        OrderBook newer = book(101, 1750, "2");
        StagedKey[] accepted = new StagedKey[1];
        LongConsumer stallOnce =
                once(() -> accepted[0] = given.stageBook(Owner.of(A, 0, 2), newer)); // attempt 2, while 1 is asleep

        RedisStateException late = failure(
                FailureTypes.FENCED,
                () -> given.state.stageBook(SYMBOL, Owner.of(A, 0, 1), older, stallOnce),
                "ob:new:BTCUSDT",
                "A.1:1",
                "A.1:2");

        assertThat(late.retryable()).isFalse();
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        StagedKey features = given.stageFeatures(A, accepted[0], bars);
        given.state.cutOver(order(A, Given.accepted(accepted[0], bars, features, "")));
        assertThat(requireNonNull(given.state.live(SYMBOL).book()).book().digest())
                .isEqualTo(newer.digest());
    }

    @Test
    void anAttemptThatBeginsLateTakesNothing() {
        given.claim(A);
        StagedKey accepted = given.stageBook(Owner.of(A, 0, 2), book(101, 10, "2"));
        failure(
                FailureTypes.FENCED,
                () -> given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1")),
                "ob:new:BTCUSDT",
                accepted.owner());
        assertThat(given.redis.hget("ob:new:BTCUSDT", "lastUpdateId")).isEqualTo("101");
    }

    /** A receipt that knew only the last cut-over would tell A "rolled back". */
    @Test
    void aFindsItsCutOverAfterALostReplyAlthoughBCutOverSince() {
        given.claim(A);
        StagedState stagedA = given.stage(A, 100, 50);
        try (FaultProxy proxy = FaultProxy.before(server);
                MarketState throughProxy = through(proxy)) {
            proxy.loseReplyOf("EXEC");
            failure(
                    FailureTypes.OUTCOME_UNKNOWN,
                    () -> throughProxy.cutOver(order(A, stagedA)),
                    "meta:BTCUSDT",
                    "1-A.1");
        }
        given.recover(B, 101, 51);

        Settlement settled = given.state.settle(SYMBOL, A, "");
        assertThat(settled.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(requireNonNull(settled.receipt()).generation()).isEqualTo("1-A.1");
        assertThat(given.state.cutOver(order(A, stagedA)).resolved()).isTrue();
        assertThat(given.state.liveIds(SYMBOL).generation()).isEqualTo("2-B.1");
    }

    /** Attempt 2 took the missing flag for a lost one, and said that nothing had been written. */
    @Test
    void anExecThatLandsBetweenTheNextAttemptsSealAndItsWatchIsFoundUnderWatch() throws Exception {
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held watch = slow.hold("WATCH");
            CompletableFuture<SwapReceipt> second =
                    CompletableFuture.supplyAsync(() -> throughSlow.cutOver(order(A, staged)));
            watch.awaitArrival();
            SwapReceipt first = given.state.cutOver(order(A, staged));
            watch.release();

            assertThat(second)
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(new SwapReceipt(
                            "1-A.1", "", 100, 50L, first.at(), 1, true, null, first.quality(), null, null));
        }
    }

    /** The server's error doesn't say which key it was. */
    @ParameterizedTest
    @ValueSource(strings = {"meta:BTCUSDT", "ob:BTCUSDT", "tr:BTCUSDT:5s", "ob:new:BTCUSDT", "meta:new:BTCUSDT"})
    void aKeyThatBecomesAnotherTypeBetweenSealAndWatchIsNamed(String key) {
        given.recover(run("before"), 90, 40);
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        try (FaultProxy proxy = FaultProxy.before(server);
                MarketState throughProxy = through(proxy)) {
            proxy.breakNext(
                    boundary -> boundary.name().equals("WATCH"), Break.NONE, () -> given.redis.set(key, "rubbish"));

            RedisStateException refused = failure(
                    FailureTypes.REDIS_REFUSED,
                    () -> throughProxy.cutOver(order(A, staged)),
                    key + ": found a string, expected a hash");

            assertThat(refused.retryable()).isFalse();
        }
    }

    /** Live moved on by itself; readers would see 4, then 3. */
    @Test
    void liveThatWentPastWhatIsStagedBeforeTheLookIsNotTakenBack() {
        given.recover(run("before"), 1, 1);
        given.claim(A);
        StagedState staged = given.stage(A, 3, 3);
        given.redis.hset("ob:BTCUSDT", "lastUpdateId", "4");
        List<String> before = given.dump();

        failure(
                FailureTypes.LIVE_MOVED,
                () -> given.state.cutOver(order(A, staged)),
                "ob:BTCUSDT",
                "at id 4",
                "staged id 3");
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void liveThatGoesPastWhatIsStagedAfterTheLookAbortsTheTransaction() throws Exception {
        for (String live :
                List.of("ob:BTCUSDT lastUpdateId", "tr:BTCUSDT:1s lastTradeId", "tr:BTCUSDT:5s lastTradeId")) {
            given.redis.flushAll();
            given.recover(run("before"), 1, 1);
            given.claim(A);
            StagedState staged = given.stage(A, 3, 3);
            try (FaultProxy slow = FaultProxy.before(server);
                    MarketState throughSlow = through(slow)) {
                FaultProxy.Held exec = slow.hold("MULTI");
                CompletableFuture<?> swap = CompletableFuture.runAsync(() -> throughSlow.cutOver(order(A, staged)));
                exec.awaitArrival();
                given.redis.hset(live.split(" ")[0], live.split(" ")[1], "4");
                List<String> before = given.dump();
                exec.release();

                assertThat(swap)
                        .failsWithin(Duration.ofSeconds(10))
                        .withThrowableOfType(ExecutionException.class)
                        .havingCause()
                        .isInstanceOfSatisfying(
                                RedisStateException.class,
                                e -> assertThat(e.type()).isEqualTo(FailureTypes.LIVE_MOVED));
                assertThat(given.dump()).as(live).isEqualTo(before);
            }
        }
    }

    @Test
    void liveThatMovesWithoutPassingWhatIsStagedIsTriedAgain() throws Exception {
        given.recover(run("before"), 1, 1);
        given.claim(A);
        StagedState staged = given.stage(A, 3, 3);
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held exec = slow.hold("MULTI");
            CompletableFuture<Integer> swap = CompletableFuture.supplyAsync(
                    () -> throughSlow.cutOver(order(A, staged)).attempts());
            exec.awaitArrival();
            given.redis.hset("ob:BTCUSDT", "lastUpdateId", "2");
            exec.release();

            assertThat(swap).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2);
        }
        assertThat(given.redis.hget("meta:BTCUSDT", "attempts")).isEqualTo("2");
    }

    /** No run may go on for ever against a live state that never stands still. */
    @Test
    void liveThatMovesDuringEveryTransactionEndsInARefusalThatSaysSo() {
        given.recover(run("before"), 1, 1);
        given.claim(A);
        StagedState staged = given.stage(A, 3, 3);
        try (FaultProxy busy = FaultProxy.before(server);
                MarketState throughBusy = through(busy)) {
            moveAtEveryTransaction(busy);

            RedisStateException refused = failure(
                    FailureTypes.LIVE_MOVED,
                    () -> throughBusy.cutOver(order(A, staged)),
                    "each of " + given.settings.cutOverAttempts() + " transactions");

            assertThat(refused.retryable()).isTrue();
            assertThat(given.redis.hget("ob:BTCUSDT", "touched"))
                    .isEqualTo(Integer.toString(given.settings.cutOverAttempts()));
            assertThat(given.state.liveIds(SYMBOL).generation()).isEqualTo("1-before.1");
        }
        assertThat(given.state.settle(SYMBOL, A, staged.against()).outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    private void moveAtEveryTransaction(FaultProxy proxy) {
        proxy.breakNext(boundary -> boundary.name().equals("MULTI"), Break.NONE, () -> {
            given.redis.hincrBy("ob:BTCUSDT", "touched", 1);
            moveAtEveryTransaction(proxy);
        });
    }

    /** "Drop mine, then the flag if mine" in separate commands would delete B's flag. */
    @Test
    void settlingTakesNeitherTheFlagNorTheKeysOfTheNextOwner() {
        given.claim(A);
        given.stage(A, 100, 50);
        given.redis.del(FLAG); // A's flag expires
        given.claim(B);
        StagedState stagedB = given.stage(B, 101, 51);

        assertThat(given.state.settle(SYMBOL, A, ""))
                .isEqualTo(new Settlement(Outcome.ROLLED_BACK, null, List.of(), null));
        assertThat(given.redis.get(FLAG)).isEqualTo(B.value());
        assertThat(given.state.cutOver(order(B, stagedB)).generation()).isEqualTo("1-B.1");
    }

    @Test
    void aChunkThatComesAfterTheSettlingLeavesNothingBehind() {
        given.claim(A);
        LongConsumer settleOnce = once(() -> given.state.settle(SYMBOL, A, ""));
        failure(
                FailureTypes.FENCED,
                () -> given.state.stageBook(SYMBOL, Owner.of(A, 0, 1), book(100, 3000, "1"), settleOnce),
                FLAG);
        assertThat(given.anyExists(STAGED)).isFalse();
    }

    /** Two lanes, one flag: neither may be refused because of the other. */
    @Test
    void bookAndBarsLoadedAtOnceDontDisturbEachOther() {
        given.claim(A);
        StagedBarKeys[] bars = new StagedBarKeys[1];
        LongConsumer loadBars = once(() -> bars[0] = given.stageBars(Owner.of(A, 0, 1), 50));
        StagedKey staged = given.state.stageBook(SYMBOL, Owner.of(A, 0, 1), book(100, 3000, "1"), loadBars);
        StagedKey features = given.stageFeatures(A, staged, bars[0]);

        assertThat(given.state
                        .cutOver(order(A, Given.accepted(staged, bars[0], features, "")))
                        .generation())
                .isEqualTo("1-A.1");
    }

    @Test
    void aRunThatLostItsFlagTakesNothingFromItsSuccessor() {
        given.claim(A);
        given.redis.del(FLAG);
        given.claim(B);
        StagedState stagedB = given.stage(B, 101, 51);
        failure(FailureTypes.FENCED, () -> given.stageBook(Owner.of(A, 9, 9), book(100, 10, "1")), FLAG, "A.1", "B.1");
        assertThat(given.state.cutOver(order(B, stagedB)).lastUpdateId()).isEqualTo(101);
    }

    /** Nobody validated what attempt 1 loads after the accepted load expired. */
    @Test
    void aLoadThatIsNotTheAcceptedOneNeverGoesLive() {
        given.claim(A);
        StagedKey accepted = given.stageBook(Owner.of(A, 0, 2), book(101, 10, "2"));
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        StagedKey features = given.stageFeatures(A, accepted, bars);
        given.redis.del("ob:new:BTCUSDT"); // it expires
        given.stageBook(Owner.of(A, 0, 1), book(101, 10, "2"));

        failure(
                FailureTypes.FENCED,
                () -> given.state.cutOver(order(A, Given.accepted(accepted, bars, features, ""))),
                "ob:new:BTCUSDT",
                "A.1:1");
        failure(FailureTypes.FENCED, () -> given.stageFeatures(A, accepted, bars), "ob:new:BTCUSDT");
        assertThat(given.redis.exists("ob:BTCUSDT")).isFalse();
    }

    @Test
    void featuresOfAnEarlierContentDontGoLive() {
        given.claim(A);
        StagedKey book = given.stageBook(Owner.of(A, 0, 1), book(100, 10, "1"));
        StagedBarKeys bars = given.stageBars(Owner.of(A, 0, 1), 50);
        StagedKey features = given.stageFeatures(A, book, bars);
        StagedKey again = given.stageBook(Owner.of(A, 1, 1), book(101, 10, "2"));

        failure(
                FailureTypes.FENCED,
                () -> given.state.cutOver(order(A, Given.accepted(again, bars, features, ""))),
                "feat:new:BTCUSDT",
                "made of");
    }

    /** A seal that compared no ids would let book and features of different moments go live together. */
    @Test
    void contentThatMovedOnAfterTheFeaturesWereMadeOfItIsNotSealed() {
        for (String moved : List.of(
                "ob:new:BTCUSDT lastUpdateId", "tr:new:BTCUSDT:1s lastTradeId", "tr:new:BTCUSDT:5s lastTradeId")) {
            given.redis.flushAll();
            given.claim(A);
            StagedState staged = given.stage(A, 100, 50);
            given.redis.hset(moved.split(" ")[0], moved.split(" ")[1], "200"); // same owner, seq and count

            failure(FailureTypes.LIVE_MOVED, () -> given.state.cutOver(order(A, staged)), moved.split(" ")[0], "200");
            assertThat(given.redis.hget("ob:new:BTCUSDT", "gen")).isEmpty();
            assertThat(given.redis.exists("ob:BTCUSDT")).isFalse();
        }
    }

    @Test
    void contentThatMovedOnAfterTheSealDoesNotGoLive() throws Exception {
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held watch = slow.hold("WATCH");
            CompletableFuture<?> swap = CompletableFuture.runAsync(() -> throughSlow.cutOver(order(A, staged)));
            watch.awaitArrival();
            given.redis.hset("ob:new:BTCUSDT", "lastUpdateId", "200");
            watch.release();

            assertThat(swap)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            RedisStateException.class, e -> assertThat(e.type()).isEqualTo(FailureTypes.LIVE_MOVED));
        }
        assertThat(given.redis.exists("ob:BTCUSDT")).isFalse();
    }

    /** Attempts to stage features may overlap with what follows; a late one takes the seal's stamp away. */
    @Test
    void lateFeaturesOfTheSameContentOnlyCostAnotherSeal() throws Exception {
        given.claim(A);
        StagedState staged = given.stage(A, 3, 3);
        try (FaultProxy slow = FaultProxy.before(server);
                MarketState throughSlow = through(slow)) {
            FaultProxy.Held watch = slow.hold("WATCH");
            CompletableFuture<Integer> swap = CompletableFuture.supplyAsync(
                    () -> throughSlow.cutOver(order(A, staged)).attempts());
            watch.awaitArrival();
            given.stageFeatures(
                    A,
                    staged.book().key(),
                    new StagedBarKeys(staged.bars().bars1s(), staged.bars().bars5s()));
            watch.release();

            assertThat(swap).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(2);
        }
        assertThat(given.redis.hget("feat:BTCUSDT", "gen")).isEqualTo("1-A.1");
    }

    private MarketState through(FaultProxy proxy) {
        return new MarketState(
                RedisSettings.of(proxy.uri()).withOperationTimeout(Duration.ofSeconds(10)),
                Clock.fixed(Given.NOW, ZoneOffset.UTC));
    }

    private static LongConsumer once(Runnable work) {
        AtomicBoolean done = new AtomicBoolean();
        return written -> {
            if (done.compareAndSet(false, true)) {
                work.run();
            }
        };
    }
}
