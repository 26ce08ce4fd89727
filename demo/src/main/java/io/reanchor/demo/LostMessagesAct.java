package io.reanchor.demo;

import io.reanchor.demo.Findings.LostMessages;
import io.reanchor.demo.GapReporter.Reported;
import io.reanchor.live.LiveFeed.Standing;
import io.reanchor.market.OrderBook;
import io.reanchor.market.SequenceRule;
import io.reanchor.redis.MarketView;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.TransactionalReaders;
import io.reanchor.workflow.DataQuality;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.SwapReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** Act 1: messages never arrive; the live state is wrong, is recovered under the readers' eyes, and is held against the truth. */
final class LostMessagesAct {
    private static final int LOST_UPDATES = 5;
    private static final int LOST_TRADES = 3;
    private static final int COMPARISONS = 15;
    private static final Duration UNTOUCHED = Duration.ofMillis(1000);
    private static final Duration STUCK = Duration.ofMillis(1500);
    private static final Duration BETWEEN = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A writer that doesn't look at update ids. */
    private static final SequenceRule REGARDLESS = (id, update) -> SequenceRule.Verdict.APPLY;

    private final Cast cast;
    private final TransactionalReaders readers;
    private final CutOvers cutOvers;
    private final SimulatedMarket market;
    private LevelCheck.Range range;
    private long levels;
    private long levelsWrong;
    private long bars;
    private long barsWrong;
    private String example = "";

    /** @param first the recovery that made live what is live */
    LostMessagesAct(Cast cast, TransactionalReaders readers, CutOvers cutOvers, Recovered first) {
        this.cast = cast;
        this.readers = readers;
        this.cutOvers = cutOvers;
        this.market = cast.rig().market();
        this.range = first.trustedRange();
    }

    /** @return what was found, or null when there was no gap or no recovery to look at */
    @Nullable
    LostMessages play(Interference interference) throws InterruptedException {
        Narrator narrator = cast.narrator();
        narrator.title("Act 1: some messages never arrive");
        Thread.sleep(UNTOUCHED.toMillis());
        cast.reporter().hold();
        cast.rig().exchange().dropDepth(market.symbol(), LOST_UPDATES);
        cast.rig().exchange().dropTrades(market.symbol(), LOST_TRADES);
        narrator.say(
                "The exchange sends %d depth updates and %d trades, and they reach nobody.", LOST_UPDATES, LOST_TRADES);

        Standing stuck = cast.await(
                writer -> writer.book().missing() != null && writer.bars().missing() != null, PATIENCE);
        Instant since = Instant.now();
        boolean seen = stuck.book().missing() != null && stuck.bars().missing() != null;
        cast.promises()
                .add(
                        "act 1: the writer sees both gaps at the next event",
                        seen,
                        "book %s, bars %s%s"
                                .formatted(
                                        stuck.book(),
                                        stuck.bars(),
                                        cast.rig().isOver() ? ": the recording is over" : ""));
        if (!seen) {
            return null;
        }
        long has = Objects.requireNonNull(stuck.book().id());
        long hasTrade = Objects.requireNonNull(stuck.bars().id());
        Arrived missing = Arrived.behind(cast.rig().redis(), market.symbol(), has, hasTrade);
        narrator.say(
                "The next update begins at id %d, the live book ends at %d: %s ids are missing. Of the trades, %d.",
                missing.nextUpdate(), has, Words.of(missing.missingUpdates()), missing.missingTrades());
        narrator.say("Whoever reads the book sees it from now on: suspectFrom is %s.", String.valueOf(suspectFrom()));
        narrator.say(
                "The writer journals what comes, applies none of it, and its report waits for %s, for you to see:",
                Words.of(STUCK));
        Thread.sleep(STUCK.toMillis());
        MarketView live = cast.rig().state().live(market.symbol());
        LevelCheck before = LevelCheck.of(book(live), market.trueBook(market.updateId()), range);
        Arrived arrived = Arrived.behind(cast.rig().redis(), market.symbol(), has, hasTrade);
        LevelCheck regardless = regardless(book(live), arrived);
        BarCheck barsBefore = bars(live, Long.MAX_VALUE);
        narrator.say(
                "  %s of %s levels differ from the exchange's book now,",
                Words.of(before.wrong()), Words.of(before.levels()));
        narrator.say(
                "  %s would be wrong, and nobody knew, had it applied the next updates regardless,",
                Words.of(regardless.wrong()));
        narrator.say(
                "  %s of %s bars are missing or wrong.", Words.of(barsBefore.wrong()), Words.of(barsBefore.bars()));
        cast.promises()
                .add(
                        "act 1: losing messages makes the live book wrong",
                        before.wrong() > 0 && regardless.wrong() > 0,
                        before.wrong() + " levels behind, " + regardless.wrong() + " wrong had they been ignored");

        Reads readsBefore = Reads.of(readers.soFar());
        cast.reporter().release();
        Reported reported = cast.reporter().next(PATIENCE);
        long stuckMs = Duration.between(since, reported.at()).toMillis();
        narrator.say("Now it reports the gap, and the recovery begins:");
        Recovered recovered = cast.stages().follow(reported);
        Reads during = Reads.of(readers.soFar()).since(readsBefore);
        cast.promises()
                .add(
                        "act 1: the recovery makes a new generation live",
                        recovered.isCommitted() && recovered.generationNumber().equals("2"),
                        recovered.isCommitted() ? "generation " + recovered.generation() : recovered.ending());
        if (!recovered.isCommitted()) {
            narrator.say("It ended: %s", recovered.ending());
            return null;
        }
        range = recovered.trustedRange();
        long toLive = toLive(recovered);
        Standing after = cast.await(Cast.goesOn(recovered.updateId()), PATIENCE);
        interference.afterRecovery(cast.rig());
        compare();
        cast.promises()
                .add(
                        "act 1: the writer goes on from the new state",
                        Cast.goesOn(recovered.updateId()).test(after),
                        "%s, from update id %d on".formatted(after.book(), recovered.updateId()));
        cast.promises()
                .add(
                        "act 1: afterwards every level is the exchange's",
                        levelsWrong == 0 && levels > 0,
                        "%d of %d levels wrong in %d comparisons%s"
                                .formatted(
                                        levelsWrong,
                                        levels,
                                        COMPARISONS,
                                        example.isEmpty() ? "" : ", e.g. " + example));
        cast.promises()
                .add(
                        "act 1: afterwards every bar is the exchange's",
                        barsWrong == 0 && bars > 0,
                        "%d of %d bars wrong%s"
                                .formatted(barsWrong, bars, example.isEmpty() ? "" : ", e.g. " + example));
        cast.promises()
                .add(
                        "act 1: one recovery is enough, however often the gap is reported",
                        cast.reporter().recoveries() == 2,
                        cast.reporter().recoveries() + " recoveries, the first among them");
        SwapReceipt receipt = Objects.requireNonNull(recovered.result().receipt());
        Followed followed = receipt.followed();
        DataQuality quality = receipt.quality();
        return new LostMessages(
                missing.missingUpdates(),
                missing.missingTrades(),
                stuckMs,
                before,
                regardless,
                barsBefore,
                recovered.generation(),
                Objects.requireNonNull(recovered.result().book()).source(),
                toLive,
                recovered.stages(),
                during,
                COMPARISONS,
                levels,
                levelsWrong,
                bars,
                barsWrong,
                arrived.updates().size(),
                followed == null ? null : followed.behindMs(),
                quality == null ? List.of() : quality.lostUpdates(),
                quality == null ? List.of() : quality.lostTrades());
    }

    private @Nullable String suspectFrom() {
        try (Jedis redis = new Jedis(cast.rig().redis())) {
            return redis.hget(cast.rig().keys().book(), "suspectFrom");
        }
    }

    private LevelCheck regardless(OrderBook live, Arrived arrived) {
        OrderBook naive = OrderBook.of(live.snapshot(), live.eventTime(), REGARDLESS);
        arrived.updates().forEach(naive::apply);
        return LevelCheck.of(naive, market.trueBook(naive.lastUpdateId()), range);
    }

    private long toLive(Recovered recovered) throws InterruptedException {
        Duration toLive = Duration.between(recovered.reportedAt(), cutOvers.of(recovered.generation()));
        cast.narrator()
                .say("Generation %s was live %s after the report.", recovered.generationNumber(), Words.of(toLive));
        return toLive.toMillis();
    }

    /** Holds the live state against the exchange's at the live state's own ids, again and again while it goes on. */
    private void compare() throws InterruptedException {
        for (int i = 0; i < COMPARISONS; i++) {
            MarketView live = cast.rig().state().live(market.symbol());
            OrderBook book = book(live);
            LevelCheck check = LevelCheck.of(book, market.trueBook(book.lastUpdateId()), range);
            BarCheck bar = bars(live, lastTradeId(live));
            levels += check.levels();
            levelsWrong += check.wrong();
            bars += bar.bars();
            barsWrong += bar.wrong();
            example = example.isEmpty() ? check.example() + bar.example() : example;
            Thread.sleep(BETWEEN.toMillis());
        }
    }

    private static OrderBook book(MarketView live) {
        return Objects.requireNonNull(live.book(), "no live book").book();
    }

    private static long lastTradeId(MarketView live) {
        return Objects.requireNonNull(
                Objects.requireNonNull(live.bars1s(), "no live bars").header().id());
    }

    private BarCheck bars(MarketView live, long upToTradeId) {
        return BarCheck.of(
                        Objects.requireNonNull(live.bars1s(), "no live bars").bars(),
                        market.trueBars(Duration.ofSeconds(1)),
                        upToTradeId)
                .plus(BarCheck.of(
                        Objects.requireNonNull(live.bars5s(), "no live bars").bars(),
                        market.trueBars(Duration.ofSeconds(5)),
                        upToTradeId));
    }
}
