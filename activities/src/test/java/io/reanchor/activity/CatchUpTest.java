package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.market.DepthUpdate;
import io.reanchor.market.FeatureVector;
import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import io.reanchor.redis.CutOverOrder;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.redis.Reached;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisStateException;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket.Shape;
import io.reanchor.workflow.DataQuality;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;

/** With a journal: what goes live is the snapshot and everything that the ingestor heard since. */
class CatchUpTest {
    private static final Shape SHAPE = new Shape(20, 60, 4, 0.1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private SimulatedExchange exchange;
    private DirectSteps steps;
    private Feed feed;
    private Jedis redis;

    @BeforeEach
    void start() throws Exception {
        exchange = DirectSteps.exchange(SHAPE);
        steps = new DirectSteps(Duration.ofSeconds(60), exchange);
        feed = new Feed(exchange.market(DirectSteps.SYMBOL), steps.redis.uri());
        redis = new Jedis(steps.redis.uri());
        step(20);
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
        feed.close();
        steps.close();
        exchange.close();
    }

    private void step(int seconds) {
        exchange.step(Duration.ofSeconds(seconds));
    }

    private long marketId() {
        return exchange.market(DirectSteps.SYMBOL).updateId();
    }

    private void assertLiveIsTrue() {
        MarketView live = steps.state.live(DirectSteps.SYMBOL);
        OrderBook book = Objects.requireNonNull(live.book()).book();
        OrderBook truth = exchange.market(DirectSteps.SYMBOL).trueBook(book.lastUpdateId());
        assertThat(book.digest()).isEqualTo(truth.digest());
        List<TradeBar> bars = exchange.market(DirectSteps.SYMBOL).trueBars(Duration.ofSeconds(1)).stream()
                .filter(bar -> !bar.partial())
                .toList();
        var ones = Objects.requireNonNull(live.bars1s()).bars();
        assertThat(bars)
                .isNotEmpty()
                .allSatisfy(bar -> assertThat(ones.get(bar.openTime()))
                        .usingRecursiveComparison()
                        .ignoringFields("partial")
                        .isEqualTo(bar));
    }

    @Test
    void whatTheJournalHasUpToTheCutOverGoesLive() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        step(3);
        DepthUpdate newest = feed.journal();

        SwapReceipt receipt = steps.swap(prepared, FeedGap.UNKNOWN);

        assertThat(receipt.lastUpdateId()).isEqualTo(newest.finalUpdateId());
        assertThat(receipt.lastTradeId())
                .isEqualTo(DirectSteps.trades(exchange)
                        .get(DirectSteps.trades(exchange).size() - 1)
                        .lastTradeId());
        assertThat(Objects.requireNonNull(receipt.followed()).behindMs()).isZero();
        assertLiveIsTrue();
    }

    /** 12: a report names the event in hand; the journal has it, though the snapshot doesn't. */
    @Test
    void aReportIsCoveredByTheJournalsLastEvent() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        step(1);
        long reported = feed.journal().finalUpdateId();

        SwapReceipt receipt = steps.swap(prepared, new FeedGap(null, reported, null, null, null));

        assertThat(receipt.lastUpdateId()).isEqualTo(reported);
    }

    /** 22: the snapshot ends inside an update; a report names its final id. */
    @Test
    void story22WhatEndsInsideAnUpdateDoesNotCoverIt() throws Exception {
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        step(1);
        long reported = feed.lose().finalUpdateId();

        StepFailure failure = catchThrowableOfType(
                StepFailure.class, () -> steps.swap(prepared, new FeedGap(null, reported, null, null, null)));

        assertThat(failure.type()).isEqualTo(FailureTypes.NOT_COVERED);
        assertThat(failure).hasMessageContaining(Long.toString(reported));
        assertThat(redis.exists("ob:BTCUSDT")).isFalse();
    }

    @Test
    void aSnapshotOlderThanTheJournalsStartIsFetchedAgain() throws Exception {
        feed.lose();
        step(2);
        feed.journal();
        exchange.inject(Endpoint.DEPTH, new Fault.StaleSnapshot(Duration.ofSeconds(10)), 2);

        StagedBook book = steps.stageSnapshot(FeedGap.UNKNOWN, PATIENCE);

        assertThat(book.fetches()).isEqualTo(3);
        assertThat(book.key().id()).isEqualTo(marketId());
        assertThat(redis.xlen("diff:BTCUSDT")).as("the journal is kept").isPositive();
    }

    /** 14: "not older than the journal's start" would stop at the hole, and go live. */
    @Test
    void story14ASnapshotBeforeAHoleIsFetchedAgain() throws Exception {
        feed.journal();
        step(1);
        long lost = feed.lose().finalUpdateId();
        step(1);
        feed.journal();
        exchange.inject(Endpoint.DEPTH, new Fault.StaleSnapshot(Duration.ofSeconds(3)), 1);

        StagedBook book = steps.stageSnapshot(FeedGap.UNKNOWN, PATIENCE);

        assertThat(book.fetches()).isEqualTo(2);
        assertThat(book.key().id()).isGreaterThan(lost).isEqualTo(marketId());
    }

    @Test
    void aCachedSnapshotThatTheJournalContinuesWillDo() throws Exception {
        step(5);
        feed.journal();
        exchange.inject(Endpoint.DEPTH, new Fault.StaleSnapshot(Duration.ofSeconds(3)), 1);

        StagedBook book = steps.stageSnapshot(FeedGap.UNKNOWN, PATIENCE);

        assertThat(book.fetches()).isEqualTo(1);
        assertThat(book.key().id()).isEqualTo(marketId());
        assertThat(Objects.requireNonNull(book.journal()).last()).isEqualTo(marketId());
    }

    @Test
    void aGapDuringTheRecoveryIsNotCutOver() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        step(1);
        feed.lose();
        step(1);
        feed.journal();

        RedisStateException failure =
                catchThrowableOfType(RedisStateException.class, () -> steps.swap(prepared, FeedGap.UNKNOWN));

        assertThat(failure.type()).isEqualTo(FailureTypes.NOT_COVERED);
        assertThat(redis.exists("ob:BTCUSDT")).isFalse();
    }

    /** 13: journaled between the last catch-up and EXEC, and the market is quiet: nobody would ever apply it. */
    @Test
    void story13TheTailIsFollowedAfterTheCutOver() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);

        SwapReceipt receipt = steps.swap(prepared, () -> {
            step(1);
            feed.journal();
        });

        Followed followed = Objects.requireNonNull(receipt.followed());
        assertThat(receipt.lastUpdateId()).isLessThan(marketId());
        assertThat(followed.lastUpdateId()).isEqualTo(marketId());
        assertThat(followed.behindMs()).isNotNull();
        assertThat(redis.hget("meta:BTCUSDT", "followedUpdateId")).isEqualTo(Long.toString(marketId()));
        assertLiveIsTrue();
    }

    /** 6: live moves on by itself after the look; it is caught up with, and never goes back. 7: a trade counts once. */
    @Test
    void story6And7LiveThatMovesIsCaughtUpWith() throws Exception {
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        AtomicInteger looks = new AtomicInteger();

        SwapReceipt receipt = steps.swap(prepared, () -> {
            if (looks.incrementAndGet() == 1) {
                writerApplies();
            }
        });

        assertThat(receipt.attempts()).isEqualTo(2);
        assertThat(receipt.lastUpdateId()).isEqualTo(marketId());
        assertLiveIsTrue();
    }

    @Test
    void aWriterThatGoesOnWhileItIsValidatedRefusesNothing() throws Exception {
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        try (FaultProxy proxy = FaultProxy.before(steps.redis);
                MarketState through = new MarketState(
                        RedisSettings.of(proxy.uri()).withOperationTimeout(PATIENCE), Clock.systemUTC())) {
            FaultProxy.Held readBack = proxy.breakNext(
                    boundary ->
                            boundary.name().equals("HGETALL") && boundary.keys().contains("ob:new:BTCUSDT"),
                    Break.NONE,
                    this::writerApplies);

            ValidationReport report = steps.validate(prepared, through);

            assertThat(readBack.met())
                    .as("what happens after the last look at the journals")
                    .isPresent();
            assertThat(report.failed()).isEmpty();
        }
    }

    @Test
    void aSymbolTooBusyForWatchIsCutOverUnderTheHold() throws Exception {
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);

        SwapReceipt receipt = steps.swap(prepared, this::writerApplies);

        assertThat(receipt.attempts())
                .as("three freely, then one while the writer holds")
                .isEqualTo(4);
        assertThat(redis.exists("reanchor:hold:BTCUSDT")).isFalse();
        assertThat(Objects.requireNonNull(receipt.followed()).lastUpdateId())
                .as("what was held is followed")
                .isEqualTo(marketId());
        assertLiveIsTrue();
    }

    @Test
    void withWritersThatDoNotKnowTheHoldLiveIsMoving() throws Exception {
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);

        RedisStateException failure = catchThrowableOfType(
                RedisStateException.class,
                () -> steps.swap(prepared, () -> redis.hincrBy("ob:BTCUSDT", "lastUpdateId", 1_000)));

        assertThat(failure.type()).isEqualTo(FailureTypes.LIVE_MOVED);
        assertThat(failure).hasMessageContaining("live is moving").hasMessageContaining("reanchor:hold:BTCUSDT");
        assertThat(redis.exists("reanchor:hold:BTCUSDT")).isFalse();
    }

    /** What an ingestor does with its next second. */
    private void writerApplies() {
        step(1);
        feed.journal();
        steps.state.follow(DirectSteps.SYMBOL, Duration.ofHours(24));
    }

    @Test
    void aLateCatchUpWritesNothing() throws Exception {
        feed.journal();
        DirectSteps.Prepared settled = steps.prepare(FeedGap.UNKNOWN);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN); // settles the one before
        step(1);
        feed.journal();
        List<String> before = steps.keys("ob:*");
        assertThat(catchThrowableOfType(RedisStateException.class, () -> steps.catchUp(settled))
                        .type())
                .isEqualTo(FailureTypes.FENCED);
        assertThat(steps.keys("ob:*")).isEqualTo(before);

        steps.swap(prepared, FeedGap.UNKNOWN);
        assertThat(catchThrowableOfType(RedisStateException.class, () -> steps.catchUp(prepared))
                        .type())
                .as("after the cut-over")
                .isEqualTo(FailureTypes.FENCED);
        assertLiveIsTrue();
    }

    /** Somebody took a write of the catch-up back, as a failover does; by ids it is done again. */
    @Test
    void aCatchUpThatAFailoverTookBackIsDoneAgain() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        byte[] book = redis.dump("ob:new:BTCUSDT");
        step(1);
        feed.journal();
        steps.catchUp(prepared);
        redis.restore("ob:new:BTCUSDT", 60_000, book, new redis.clients.jedis.params.RestoreParams().replace());

        steps.swap(prepared, FeedGap.UNKNOWN);

        assertLiveIsTrue();
    }

    @Test
    void whatWasLostForGoodIsTold() throws Exception {
        feed.journal();
        SwapReceipt first = steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        step(1);
        long lost = feed.lose().finalUpdateId();
        step(1);
        feed.journal();

        SwapReceipt receipt = steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);

        DataQuality quality = Objects.requireNonNull(receipt.quality());
        assertThat(quality.lostUpdates()).containsExactly(new IdSpan(first.lastUpdateId() + 1, lost));
        assertThat(quality.lostTrades()).isEmpty();
        assertThat(quality.journal()).isNotNull();
        assertThat(quality.warmingUp()).contains("vpin");
        assertThat(redis.hget("meta:BTCUSDT", "lostUpdates")).isEqualTo((first.lastUpdateId() + 1) + ".." + lost);
        assertLiveIsTrue();
    }

    /** A snapshot is ahead of the journal as a rule: its update comes when the exchange's tenth of a second is over. */
    @Test
    void whatOnlyComesLaterIsNotTold() throws Exception {
        feed.journal();
        SwapReceipt first = steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        step(1);
        long lost = feed.lose().finalUpdateId();
        step(1);
        feed.journal();
        step(1);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        assertThat(prepared.staged().book().lost()).hasSize(2);
        feed.journal();

        SwapReceipt receipt = steps.swap(prepared, FeedGap.UNKNOWN);

        assertThat(Objects.requireNonNull(receipt.quality()).lostUpdates())
                .containsExactly(new IdSpan(first.lastUpdateId() + 1, lost));
    }

    @Test
    void aCutOverIsToldOfOnceHoweverOftenItIsFound() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        SwapReceipt receipt = steps.swap(prepared, FeedGap.UNKNOWN);
        SwapReceipt found = steps.swap(prepared, FeedGap.UNKNOWN);

        assertThat(found.resolved()).isTrue();
        assertThat(found.quality()).isEqualTo(receipt.quality());
        assertThat(redis.xrange("reanchor:events", "-", "+").stream()
                        .map(entry -> entry.getFields().get("gen"))
                        .collect(Collectors.toList()))
                .containsExactly(receipt.generation());
    }

    @Test
    void withoutAJournalOnlyWhatIsNotOlderThanLiveGoesLive() throws Exception {
        feed.lose();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        Supplier<CutOverOrder> order = () -> steps.order(prepared);
        redis.hincrBy("ob:BTCUSDT", "lastUpdateId", 1);

        assertThat(catchThrowableOfType(
                                RedisStateException.class,
                                () -> steps.state.cutOver(DirectSteps.SYMBOL, prepared.token(), order))
                        .type())
                .isEqualTo(FailureTypes.LIVE_MOVED);
        assertThat(redis.hget("meta:BTCUSDT", "journal")).isEmpty();
    }

    /** Features and checks look at the end of the bars alone. */
    @Test
    void ofTheStagedBarsTheRebuiltOnesAreReadAndTheMinuteBefore() throws Exception {
        for (int minute = 0; minute < 4; minute++) {
            feed.lose();
            steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
            step(60);
        }
        feed.lose();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        Instant since = prepared.staged().bars().since();
        MarketView all = steps.state.staged(DirectSteps.SYMBOL);

        MarketView end = steps.state.staged(DirectSteps.SYMBOL, since, FeatureVector.WINDOW);

        long from = since.minus(FeatureVector.WINDOW).toEpochMilli();
        var ones = Objects.requireNonNull(all.bars1s());
        var fives = Objects.requireNonNull(all.bars5s());
        assertThat(ones.bars().firstKey()).isLessThan(from);
        assertThat(Objects.requireNonNull(end.bars1s()).bars())
                .isEqualTo(ones.bars().tailMap(from));
        assertThat(Objects.requireNonNull(end.bars5s()).bars())
                .isEqualTo(fives.bars().tailMap(from));
        assertThat(Objects.requireNonNull(end.bars1s()).header()).isEqualTo(ones.header());
        Instant later = Instant.ofEpochMilli(ones.bars().lastKey()).plusSeconds(1);
        MarketView quiet = steps.state.staged(DirectSteps.SYMBOL, later, FeatureVector.WINDOW);
        assertThat(Objects.requireNonNull(quiet.bars1s()).bars())
                .as("nothing was traded since: the last minute's features may need any of them")
                .isEqualTo(ones.bars());
        assertThat(Objects.requireNonNull(quiet.bars5s()).bars()).isEqualTo(fives.bars());
    }

    /** A feed that is faster than we are: a call ends, tells so, and the next one goes on. */
    @Test
    void aCallIsBoundedAndTellsWhatItLeft() throws Exception {
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        long live = marketId();
        step(1);
        long end = feed.journal().finalUpdateId();
        InstantSource hours = new InstantSource() {
            private int looks;

            @Override
            public Instant instant() {
                return Instant.EPOCH.plus(Duration.ofHours(looks++));
            }
        };
        try (MarketState hurried = new MarketState(
                RedisSettings.of(URI.create(steps.redis.uri() + "/0")), hours.withZone(ZoneOffset.UTC))) {
            Reached reached = hurried.follow(DirectSteps.SYMBOL, Duration.ofHours(24));

            assertThat(reached.live().lastUpdateId()).isEqualTo(live);
            assertThat(reached.how().noticed())
                    .anyMatch(line ->
                            line.startsWith("diff:BTCUSDT goes on to %d, it was followed to %d".formatted(end, live)))
                    .anyMatch(line -> line.startsWith("trades:BTCUSDT goes on"));
        }
        Reached rest = steps.state.follow(DirectSteps.SYMBOL, Duration.ofHours(24));
        assertThat(rest.live().lastUpdateId()).isEqualTo(end);
        assertThat(rest.how().noticed()).isEmpty();
        assertLiveIsTrue();
    }

    @Test
    void whatTheJournalHasThatCannotBeReadIsTold() throws Exception {
        feed.journal();
        DirectSteps.Prepared prepared = steps.prepare(FeedGap.UNKNOWN);
        step(1);
        feed.journal();
        String entry = redis.xadd("diff:BTCUSDT", StreamEntryID.NEW_ENTRY, Map.of("U", "one"))
                .toString();
        step(1);
        feed.journal();

        SwapReceipt receipt = steps.swap(prepared, FeedGap.UNKNOWN);

        assertThat(Objects.requireNonNull(receipt.followed()).noticed())
                .singleElement()
                .asString()
                .contains("diff:BTCUSDT", entry);
        assertLiveIsTrue();
    }

    @Test
    void aStreamOfEventsThatCannotBeWrittenFailsNothing() throws Exception {
        feed.journal();
        redis.set("reanchor:events", "somebody's");

        SwapReceipt receipt = steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);

        assertThat(Objects.requireNonNull(receipt.followed()).noticed())
                .singleElement()
                .asString()
                .contains("reanchor:events", receipt.generation());
        assertThat(redis.hget("meta:BTCUSDT", "gen")).isEqualTo(receipt.generation());
        assertThat(redis.get("reanchor:events")).isEqualTo("somebody's");
        assertLiveIsTrue();
    }

    /** The next recovery was faster than the telling of this one. */
    @Test
    void anotherGenerationsReceiptIsNotAddedTo() throws Exception {
        feed.journal();
        SwapReceipt first = steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        step(1);
        feed.journal();
        steps.swap(steps.prepare(FeedGap.UNKNOWN), FeedGap.UNKNOWN);
        Map<String, String> receipt = redis.hgetAll("meta:BTCUSDT");

        steps.state.tell(DirectSteps.SYMBOL, first.with(new Followed(1L, 1L, 1L, List.of())));

        assertThat(redis.hgetAll("meta:BTCUSDT")).isEqualTo(receipt);
        assertThat(redis.xlen("reanchor:events")).as("told before").isEqualTo(2);
    }

    /** Its run was given up and settled while it slept; the symbol is another's. */
    @Test
    void aZombiesCatchUpLeavesTheNextRunsStagedStateAlone() throws Exception {
        feed.journal();
        DirectSteps.Prepared zombie = steps.prepare(FeedGap.UNKNOWN);
        DirectSteps.Prepared next = steps.prepare(FeedGap.UNKNOWN); // settles the one before
        step(1);
        feed.journal();
        List<String> before = steps.keys("*new*");

        assertThat(catchThrowableOfType(RedisStateException.class, () -> steps.swap(zombie, FeedGap.UNKNOWN))
                        .type())
                .isEqualTo(FailureTypes.FENCED);

        assertThat(steps.keys("*new*")).isEqualTo(before);
        steps.swap(next, FeedGap.UNKNOWN);
        assertLiveIsTrue();
    }
}
