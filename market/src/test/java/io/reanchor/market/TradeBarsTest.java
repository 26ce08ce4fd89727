package io.reanchor.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TradeBarsTest {
    private static final long T0 = 1_723_161_255_000L;
    private static final List<Kline> NO_KLINES = List.of();

    @Test
    void addsUpExactly() {
        TradeBars bars = rebuild(
                trade(1, 3, "100.10", "0.3", T0, true),
                trade(4, 4, "100.30", "0.1", T0 + 500, false),
                trade(5, 5, "99.9", "0.2", T0 + 999, false),
                trade(6, 6, "101", "1", T0 + 1_000, true));
        TradeBar bar = at(bars.oneSecond(), T0);
        assertThat(bar)
                .isEqualTo(new TradeBar(
                        T0,
                        T0 + 999,
                        dec("100.1"),
                        dec("100.3"),
                        dec("99.9"),
                        dec("99.9"),
                        dec("0.6"),
                        dec("60.04"),
                        5,
                        dec("0.3"),
                        dec("30.01"),
                        dec("100.06666667"),
                        1,
                        5,
                        false));
        assertThat(bars.lastTradeId()).isEqualTo(6);
    }

    @Test
    void roundsTheFirstBucketDownAndLeavesEmptySecondsOut() {
        TradeBars bars = TradeBars.rebuild(
                T0 + 4_321,
                List.of(trade(1, T0 - 1), trade(2, T0 + 100), trade(3, T0 + 3_100), trade(4, T0 + 5_000)),
                NO_KLINES,
                0);
        assertThat(bars.firstBucket()).isEqualTo(T0);
        assertThat(bars.oneSecond().keySet()).containsExactly(T0, T0 + 3_000, T0 + 5_000);
        assertThat(bars.fiveSecond().keySet()).containsExactly(T0, T0 + 5_000);
        assertThat(bars.partial()).containsExactly(T0 + 5_000);
        assertThat(at(bars.fiveSecond(), T0).partial()).isFalse();
        assertThat(at(bars.fiveSecond(), T0 + 5_000).partial()).isTrue();
        assertThat(bars.firstTrade()).isEqualTo(trade(2, T0 + 100));
    }

    @Test
    void aHoleMakesTheBarsOnBothSidesOfItPartial() {
        TradeBars bars = rebuild(
                trade(1, T0), trade(2, T0 + 1_000), trade(5, T0 + 2_000), trade(6, T0 + 3_000), trade(7, T0 + 5_000));
        assertThat(bars.partial()).containsExactly(T0 + 1_000, T0 + 2_000, T0 + 5_000);
        assertThat(at(bars.fiveSecond(), T0).partial()).isTrue();
    }

    @Test
    void aHoleBeforeTheFirstRebuiltBarMakesItPartial() {
        TradeBars bars = TradeBars.rebuild(
                T0, List.of(trade(1, T0 - 1), trade(3, T0 + 2_000), trade(4, T0 + 5_000)), NO_KLINES, 0);
        assertThat(bars.partial()).containsExactly(T0 + 2_000, T0 + 5_000);
        assertThat(at(bars.fiveSecond(), T0).partial()).isTrue();
    }

    @Test
    void aHoleWithinASecondMakesItPartial() {
        TradeBars bars = rebuild(trade(1, T0), trade(3, T0 + 10), trade(4, T0 + 5_000));
        assertThat(bars.partial()).containsExactly(T0, T0 + 5_000);
    }

    @Test
    void aTradeOfAnEarlierSecondDoesNotProveTheTail() {
        TradeBars bars = rebuild(trade(1, T0 + 1_000), trade(2, T0), trade(3, T0 + 5_000));
        assertThat(bars.partial()).containsExactly(T0 + 1_000, T0 + 5_000);
    }

    @Test
    void aClosedKlineProvesTheTail() {
        List<Trade> trades = List.of(trade(1, T0), trade(2, T0 + 1_000), trade(3, T0 + 1_001));
        List<Kline> klines = List.of(
                kline(T0, 1), kline(T0 + 1_000, 2), kline(T0 + 2_000, 0), kline(T0 + 3_000, 0), kline(T0 + 4_000, 0));
        TradeBars proven = TradeBars.rebuild(T0, trades, klines, T0 + 5_000);
        assertThat(proven.partial()).isEmpty();
        assertThat(at(proven.fiveSecond(), T0).partial()).isFalse();

        TradeBars stillOpen = TradeBars.rebuild(T0, trades, klines, T0 + 4_999);
        assertThat(stillOpen.partial()).isEmpty();
        assertThat(at(stillOpen.fiveSecond(), T0).partial()).isTrue();

        assertThat(TradeBars.rebuild(T0, trades, klines, T0 + 1_999).partial()).containsExactly(T0 + 1_000);
        assertThat(TradeBars.rebuild(T0, trades, List.of(kline(T0 + 1_000, 3)), T0 + 9_000)
                        .partial())
                .containsExactly(T0 + 1_000);
    }

    @Test
    void aKlineOfOneSecondDoesNotProveTheHoleBesideIt() {
        List<Trade> trades = List.of(trade(1, T0), trade(5, T0 + 2_000), trade(6, T0 + 5_000));
        TradeBars bars = TradeBars.rebuild(T0, trades, List.of(kline(T0, 1), kline(T0 + 2_000, 1)), T0 + 5_000);
        assertThat(bars.partial()).containsExactly(T0 + 5_000);
        assertThat(at(bars.fiveSecond(), T0).partial()).isTrue();
    }

    @Test
    void countsOverlappingPagesOnce() {
        Trade[] trades = {trade(1, T0), trade(2, T0), trade(2, T0), trade(1, T0), trade(3, T0 + 1_000)};
        assertThat(at(rebuild(trades).oneSecond(), T0).trades()).isEqualTo(2);
        assertThatThrownBy(() -> rebuild(trade(1, 3, "1", "1", T0, true), trade(3, 4, "1", "1", T0, true)))
                .hasMessageContaining("trade 3..4 overlaps")
                .hasMessageContaining("expected 4");
    }

    @Test
    void carriesOlderBarsOverWithinTheRetention() {
        TradeBars live = rebuild(
                trade(1, T0), trade(2, T0 + 4_000), trade(3, T0 + 6_000), trade(4, T0 + 10_000), trade(5, T0 + 11_000));
        TradeBars rebuilt = TradeBars.rebuild(
                T0 + 10_000,
                List.of(trade(4, T0 + 10_000), trade(5, T0 + 11_000), trade(6, T0 + 12_000)),
                NO_KLINES,
                0);
        TradeBars merged = rebuilt.carryOver(live.oneSecond(), live.fiveSecond(), Duration.ofMinutes(10));
        assertThat(merged.oneSecond().keySet())
                .containsExactly(T0, T0 + 4_000, T0 + 6_000, T0 + 10_000, T0 + 11_000, T0 + 12_000);
        assertThat(at(merged.oneSecond(), T0 + 11_000).partial()).isFalse();
        assertThat(merged.carried()).isEqualTo(3);
        assertThat(merged.rebuilt()).isEqualTo(3);
        TradeBars bounded = rebuilt.carryOver(live.oneSecond(), live.fiveSecond(), Duration.ofSeconds(10));
        assertThat(bounded.oneSecond().firstKey()).isEqualTo(T0 + 6_000);
        assertThat(bounded.fiveSecond().keySet()).containsExactly(T0 + 5_000, T0 + 10_000);
    }

    @Test
    void carriesOverEverythingWhenNothingTraded() {
        TradeBars live = rebuild(trade(1, T0), trade(2, T0 + 4_000));
        TradeBars merged = TradeBars.rebuild(T0 + 60_000, List.of(), NO_KLINES, 0)
                .carryOver(live.oneSecond(), live.fiveSecond(), Duration.ofHours(1));
        assertThat(merged.oneSecond()).isEqualTo(live.oneSecond());
        assertThat(merged.lastTradeId()).isEqualTo(2);
        assertThat(merged.lastTrade()).isNull();
    }

    @Test
    void fiveSecondBarsAreTheSumOfTheirSecondsForAnyTrades() {
        for (long seed = 1; seed <= 30; seed++) {
            Random random = new Random(seed);
            List<Trade> trades = randomTrades(random);
            List<Trade> shuffled = new ArrayList<>(trades);
            Collections.shuffle(shuffled, random);
            TradeBars bars = TradeBars.rebuild(T0, shuffled, NO_KLINES, 0);
            assertThat(bars).isEqualTo(TradeBars.rebuild(T0, trades, NO_KLINES, 0));
            bars.fiveSecond().forEach((start, five) -> {
                List<Trade> inside = trades.stream()
                        .filter(t -> t.time() >= start && t.time() < start + 5_000)
                        .toList();
                BigDecimal volume = inside.stream().map(Trade::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
                BigDecimal quote = inside.stream()
                        .map(t -> t.price().multiply(t.quantity()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(five.volume()).isEqualByComparingTo(volume);
                assertThat(five.quoteVolume()).isEqualByComparingTo(quote);
                assertThat(five.vwap()).isEqualByComparingTo(quote.divide(volume, 8, RoundingMode.HALF_EVEN));
                assertThat(five.trades())
                        .isEqualTo(inside.stream().mapToLong(Trade::count).sum());
                assertThat(five.open()).isEqualTo(inside.get(0).price());
                assertThat(five.close()).isEqualTo(inside.get(inside.size() - 1).price());
                assertThat(five.high())
                        .isEqualTo(inside.stream()
                                .map(Trade::price)
                                .max(BigDecimal::compareTo)
                                .orElseThrow());
                assertThat(five.low())
                        .isEqualTo(inside.stream()
                                .map(Trade::price)
                                .min(BigDecimal::compareTo)
                                .orElseThrow());
                assertThat(TradeBars.sum(
                                bars.oneSecond().subMap(start, start + 5_000).values(), start, 5_000, five.partial()))
                        .isEqualTo(five);
            });
            // Contiguous ids: only the bars that hold the last trade are open.
            assertThat(bars.partial()).containsExactly(bars.oneSecond().lastKey());
        }
    }

    private static List<Trade> randomTrades(Random random) {
        List<Trade> trades = new ArrayList<>();
        long id = 1 + random.nextInt(1_000);
        long time = T0;
        for (int i = 0; i < 300; i++) {
            long last = id + random.nextInt(4);
            trades.add(new Trade(
                    id,
                    last,
                    BigDecimal.valueOf(6_000_000 + random.nextInt(10_000), 2),
                    BigDecimal.valueOf(1 + random.nextInt(1_000_000), 5),
                    time,
                    random.nextBoolean()));
            id = last + 1;
            time += random.nextInt(10) == 0 ? random.nextInt(12_000) : random.nextInt(200);
        }
        return trades;
    }

    private static TradeBar at(NavigableMap<Long, TradeBar> bars, long start) {
        return Objects.requireNonNull(bars.get(start), "no bar at " + start);
    }

    private static TradeBars rebuild(Trade... trades) {
        return TradeBars.rebuild(T0, List.of(trades), NO_KLINES, 0);
    }

    private static Trade trade(long id, long time) {
        return trade(id, id, "100", "1", time, true);
    }

    private static Trade trade(long first, long last, String price, String quantity, long time, boolean buyerIsMaker) {
        return new Trade(first, last, dec(price), dec(quantity), time, buyerIsMaker);
    }

    private static Kline kline(long openTime, long trades) {
        BigDecimal volume = BigDecimal.valueOf(trades);
        return new Kline(
                openTime,
                dec("100"),
                dec("100"),
                dec("100"),
                dec("100"),
                volume,
                openTime + 999,
                volume,
                trades,
                volume,
                volume);
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }
}
