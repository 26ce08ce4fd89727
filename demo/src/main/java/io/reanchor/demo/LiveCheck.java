package io.reanchor.demo;

import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.testkit.SimulatedMarket;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * A symbol's live book and bars held against the exchange's own at the ids that they name: levels inside the range that the last snapshot told
 * about, bars from the second that is kept on, each to the last decimal.
 *
 * @param levels of the book
 * @param bars of one and five seconds
 */
public record LiveCheck(LevelCheck levels, BarCheck bars) {
    /** @return empty when book or bars aren't there, or have no id */
    public static Optional<LiveCheck> of(MarketState state, SimulatedMarket market) {
        MarketView live = state.live(market.symbol());
        LevelCheck.Range range = LevelCheck.Range.of(
                live.receipt().getOrDefault("trustedLow", "0"), live.receipt().getOrDefault("trustedHigh", "0"));
        return of(
                live,
                market,
                range,
                bars -> bars.bars().isEmpty()
                        ? Instant.ofEpochMilli(Long.MAX_VALUE)
                        : Instant.ofEpochMilli(bars.bars().firstKey()));
    }

    /** The same inside another range, and of all bars that the exchange has. */
    static Optional<LiveCheck> of(MarketState state, SimulatedMarket market, LevelCheck.Range range) {
        return of(state.live(market.symbol()), market, range, bars -> Instant.EPOCH);
    }

    private static Optional<LiveCheck> of(
            MarketView live, SimulatedMarket market, LevelCheck.Range range, Function<MarketView.Bars, Instant> from) {
        MarketView.Book book = live.book();
        MarketView.Bars ones = live.bars1s();
        MarketView.Bars fives = live.bars5s();
        if (book == null || ones == null || fives == null) {
            return Optional.empty();
        }
        return Optional.of(new LiveCheck(
                LevelCheck.of(book.book(), market.trueBook(book.book().lastUpdateId()), range),
                bars(ones, market, Duration.ofSeconds(1), from.apply(ones))
                        .plus(bars(fives, market, Duration.ofSeconds(5), from.apply(fives)))));
    }

    private static BarCheck bars(MarketView.Bars live, SimulatedMarket market, Duration size, Instant from) {
        Long upTo = live.header().id();
        return upTo == null ? new BarCheck(0, 0, "") : BarCheck.of(live.bars(), market.trueBars(size, from), upTo);
    }

    /** How many levels and bars were looked at. */
    public long looked() {
        return levels.levels() + bars.bars();
    }

    /** How many of them aren't the exchange's. */
    public long wrong() {
        return levels.wrong() + bars.wrong();
    }

    /** One that is wrong, empty when none is. */
    public String example() {
        return levels.example().isEmpty()
                ? bars.example()
                : "at update id %d %s".formatted(levels.updateId(), levels.example());
    }
}
