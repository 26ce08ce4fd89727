package io.reanchor.demo;

import io.reanchor.market.OrderBook;
import io.reanchor.redis.MarketView;
import io.reanchor.testkit.SimulatedMarket;
import java.time.Duration;

/** Holds the live book and bars against the exchange's at their own ids, again and again; counts what it finds. Not thread-safe. */
final class LiveLooks {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final Rig rig;
    private final SimulatedMarket market;
    private int looks;
    private long looked;
    private long wrong;
    private String example = "";

    LiveLooks(Rig rig) {
        this.rig = rig;
        this.market = rig.market();
    }

    /** @param range the prices that the snapshot behind what is live told about */
    void watch(LevelCheck.Range range, Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        do {
            look(range);
            Thread.sleep(BETWEEN.toMillis());
        } while (System.nanoTime() < end);
    }

    void look(LevelCheck.Range range) {
        MarketView live = rig.state().live(market.symbol());
        looks++;
        MarketView.Book book = live.book();
        MarketView.Bars ones = live.bars1s();
        MarketView.Bars fives = live.bars5s();
        if (book == null || ones == null || fives == null) {
            wrong++;
            example = "a live key is missing";
            return;
        }
        OrderBook own = book.book();
        LevelCheck levels = LevelCheck.of(own, market.trueBook(own.lastUpdateId()), range);
        BarCheck bars = bars(ones, Duration.ofSeconds(1)).plus(bars(fives, Duration.ofSeconds(5)));
        looked += levels.levels() + bars.bars();
        wrong += levels.wrong() + bars.wrong();
        example = example.isEmpty() ? levels.example() + bars.example() : example;
    }

    private BarCheck bars(MarketView.Bars live, Duration size) {
        Long upTo = live.header().id();
        return upTo == null ? new BarCheck(0, 0, "") : BarCheck.of(live.bars(), market.trueBars(size), upTo);
    }

    int looks() {
        return looks;
    }

    /** Levels and bars. */
    long looked() {
        return looked;
    }

    long wrong() {
        return wrong;
    }

    String example() {
        return example;
    }
}
