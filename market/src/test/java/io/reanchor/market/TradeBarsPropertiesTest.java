package io.reanchor.market;

import static io.reanchor.market.TradeBars.FIVE_SECONDS;
import static io.reanchor.market.TradeBars.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any trades, against sums that are made trade by trade for each bucket anew. */
class TradeBarsPropertiesTest {
    private static final long T0 = 1_723_161_255_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void barsAreTheSumsOfTheirTrades(long seed) {
        Random random = new Random(seed);
        List<Trade> trades = anyTrades(random);
        List<Trade> given = new ArrayList<>(trades);
        given.addAll(trades.subList(0, trades.size() / 3)); // pages overlap
        Collections.shuffle(given, random);
        TradeBars bars = TradeBars.rebuild(T0, given, List.of(), T0 + 3_600_000);
        assertSums(bars.oneSecond(), trades, SECOND);
        assertSums(bars.fiveSecond(), trades, FIVE_SECONDS);
        bars.fiveSecond()
                .forEach((start, five) -> assertThat(five)
                        .isEqualTo(TradeBars.sum(
                                bars.oneSecond()
                                        .subMap(start, start + FIVE_SECONDS)
                                        .values(),
                                start,
                                FIVE_SECONDS,
                                five.partial())));
        bars.fiveSecond()
                .forEach((start, five) -> bars.oneSecond()
                        .subMap(start, start + FIVE_SECONDS)
                        .values()
                        .forEach(one -> assertThat(five.partial() || !one.partial())
                                .as("a whole bar of parts")
                                .isTrue()));
    }

    /** What is rebuilt from the middle on and carried over before it is what one rebuild of all gives. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void carryingOverJoinsWhatWasCutApart(long seed) {
        Random random = new Random(seed);
        List<Trade> trades = anyTrades(random);
        TradeBars whole = TradeBars.rebuild(T0, trades, List.of(), T0 + 3_600_000);
        long middle = T0 + FIVE_SECONDS * (1 + random.nextInt(10));
        TradeBars late = TradeBars.rebuild(middle, trades, List.of(), T0 + 3_600_000);
        TradeBars joined = late.carryOver(whole.oneSecond(), whole.fiveSecond(), Duration.ofDays(1));
        assertThat(joined.oneSecond()).isEqualTo(whole.oneSecond());
        assertThat(joined.fiveSecond()).isEqualTo(whole.fiveSecond());
        assertThat(joined.carried() + joined.rebuilt())
                .isEqualTo(whole.oneSecond().size());
        Duration kept = Duration.ofSeconds(5L * (1 + random.nextInt(8)));
        TradeBars shortened = late.carryOver(whole.oneSecond(), whole.fiveSecond(), kept);
        long oldest = TradeBars.bucket(whole.oneSecond().lastKey(), FIVE_SECONDS) + FIVE_SECONDS - kept.toMillis();
        assertThat(shortened.oneSecond()).isEqualTo(whole.oneSecond().tailMap(oldest, true));
        assertThat(shortened.fiveSecond()).isEqualTo(whole.fiveSecond().tailMap(oldest, true));
    }

    private static void assertSums(NavigableMap<Long, TradeBar> bars, List<Trade> trades, long length) {
        NavigableMap<Long, List<Trade>> buckets = new TreeMap<>();
        trades.forEach(
                trade -> buckets.computeIfAbsent(trade.time() - trade.time() % length, start -> new ArrayList<>())
                        .add(trade));
        assertThat(bars.keySet()).isEqualTo(buckets.keySet());
        buckets.forEach((start, of) -> {
            TradeBar bar = Objects.requireNonNull(bars.get(start));
            assertThat(bar.closeTime()).isEqualTo(start + length - 1);
            assertThat(bar.open()).isEqualByComparingTo(of.get(0).price());
            assertThat(bar.close()).isEqualByComparingTo(of.get(of.size() - 1).price());
            assertThat(bar.high())
                    .isEqualByComparingTo(of.stream()
                            .map(Trade::price)
                            .reduce(BigDecimal::max)
                            .orElseThrow());
            assertThat(bar.low())
                    .isEqualByComparingTo(of.stream()
                            .map(Trade::price)
                            .reduce(BigDecimal::min)
                            .orElseThrow());
            assertThat(bar.volume()).isEqualByComparingTo(sum(of, false, false));
            assertThat(bar.quoteVolume()).isEqualByComparingTo(sum(of, true, false));
            assertThat(bar.takerBuyVolume()).isEqualByComparingTo(sum(of, false, true));
            assertThat(bar.takerBuyQuoteVolume()).isEqualByComparingTo(sum(of, true, true));
            assertThat(bar.trades())
                    .isEqualTo(of.stream().mapToLong(Trade::count).sum());
            assertThat(bar.firstTradeId()).isEqualTo(of.get(0).firstTradeId());
            assertThat(bar.lastTradeId()).isEqualTo(of.get(of.size() - 1).lastTradeId());
        });
    }

    private static BigDecimal sum(List<Trade> trades, boolean quote, boolean takerBuys) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Trade trade : trades) {
            if (!takerBuys || !trade.buyerIsMaker()) {
                sum = sum.add(quote ? trade.price().multiply(trade.quantity()) : trade.quantity());
            }
        }
        return sum;
    }

    /** By rising id and time, with quiet seconds, and now and then a hole in the ids. */
    private static List<Trade> anyTrades(Random random) {
        List<Trade> trades = new ArrayList<>();
        long id = 1_000;
        long time = T0;
        for (int n = 50 + random.nextInt(400); n > 0; n--) {
            time += random.nextInt(20) == 0 ? random.nextInt(7_000) : random.nextInt(200);
            id += random.nextInt(50) == 0 ? 1 + random.nextInt(5) : 1;
            long last = id + random.nextInt(4);
            trades.add(new Trade(
                    id,
                    last,
                    BigDecimal.valueOf(6_000_000 + random.nextInt(100_000), 2),
                    BigDecimal.valueOf(1 + random.nextInt(1_000_000), 1 + random.nextInt(8)),
                    time,
                    random.nextBoolean()));
            id = last;
        }
        return trades;
    }
}
