package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.market.Kline;
import io.reanchor.market.OrderBook;
import io.reanchor.market.SequenceRule.Verdict;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticMarketTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static SyntheticMarket market(long seed) {
        return new SyntheticMarket(seed, "BTCUSDT", new BigDecimal("61837.63"), START);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void updatesLeadFromAnySnapshotToTheTrueBook(long seed) {
        SyntheticMarket market = market(seed);
        List<MarketEvent.Depth> updates = new ArrayList<>();
        market.listen(event -> {
            if (event instanceof MarketEvent.Depth depth) {
                updates.add(depth);
            }
        });
        market.step(Duration.ofMillis(1_050));
        OrderBook book = OrderBook.of(market.snapshot(Integer.MAX_VALUE));
        boolean straddles = updates.get(updates.size() - 1).update().finalUpdateId() < book.lastUpdateId();
        market.step(Duration.ofSeconds(20));

        int applied = 0;
        for (MarketEvent.Depth depth : updates) {
            Verdict verdict = book.apply(depth.update());
            assertThat(verdict).isNotEqualTo(Verdict.GAP);
            if (verdict == Verdict.APPLY) {
                applied++;
                assertThat(book.isCrossed()).isFalse();
                assertThat(book.digest())
                        .isEqualTo(market.trueBook(book.lastUpdateId()).digest());
            }
        }
        assertThat(straddles)
                .as("the snapshot fell into the middle of an update")
                .isTrue();
        assertThat(applied).isGreaterThan(100);
        assertThat(book.bids().size()).isBetween(800, 1200);
        assertThat(book.asks().size()).isBetween(800, 1200);
    }

    @Test
    void theSameSeedIsTheSameMarketWhateverTheSteps() {
        SyntheticMarket once = market(7);
        SyntheticMarket often = market(7);
        once.step(Duration.ofSeconds(5));
        for (int i = 0; i < 1000; i++) {
            often.step(Duration.ofMillis(5));
        }
        assertThat(often.updateId()).isEqualTo(once.updateId());
        assertThat(often.trueBook(often.updateId()).digest())
                .isEqualTo(once.trueBook(once.updateId()).digest());
        assertThat(often.trueTrades()).isEqualTo(once.trueTrades());
        assertThat(market(8).trueBook(market(8).updateId()).digest())
                .isNotEqualTo(market(7).trueBook(market(7).updateId()).digest());
    }

    @Test
    void tradesAreContiguousAndSomeSecondsHaveNone() {
        SyntheticMarket market = market(3);
        market.step(Duration.ofMinutes(2));
        List<Trade> raw = market.trueTrades();
        assertThat(raw).hasSizeGreaterThan(500);
        for (int i = 1; i < raw.size(); i++) {
            assertThat(raw.get(i).firstTradeId()).isEqualTo(raw.get(i - 1).lastTradeId() + 1);
        }
        List<Aggregate> aggregates = market.aggregatesSince(0, Long.MAX_VALUE, Integer.MAX_VALUE, 0);
        assertThat(aggregates.stream().mapToLong(a -> a.trade().count()).sum()).isEqualTo(raw.size());
        assertThat(aggregates).hasSizeLessThan(raw.size());
        assertThat(market.trueBars(Duration.ofSeconds(1))).hasSizeBetween(60, 119);
    }

    @Test
    void aMarketWithoutATradeHasNoKlines() {
        assertThat(market(4).klines(Duration.ofSeconds(1), 0, START.toEpochMilli(), 1000))
                .isEmpty();
    }

    @Test
    void barsAddUpAndKlinesFillTheEmptySeconds() {
        SyntheticMarket market = market(4);
        market.step(Duration.ofMillis(60_500));
        List<TradeBar> seconds = market.trueBars(Duration.ofSeconds(1));
        List<TradeBar> fives = market.trueBars(Duration.ofSeconds(5));
        assertThat(sum(seconds)).isEqualTo(sum(fives));
        List<Kline> klines = market.klines(Duration.ofSeconds(1), START.toEpochMilli(), Long.MAX_VALUE - 10_000, 1000);
        assertThat(klines).hasSizeBetween(55, 61);
        assertThat(klines.stream().mapToLong(Kline::trades).sum())
                .isEqualTo(market.trueTrades().size());
        for (int i = 1; i < klines.size(); i++) {
            assertThat(klines.get(i).openTime()).isEqualTo(klines.get(i - 1).openTime() + 1000);
            if (klines.get(i).trades() == 0) {
                assertThat(klines.get(i).open()).isEqualTo(klines.get(i - 1).close());
            }
        }
        assertThat(klines).anyMatch(kline -> kline.trades() == 0);
    }

    private static BigDecimal sum(List<TradeBar> bars) {
        return bars.stream().map(TradeBar::quoteVolume).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void anIdNobodyReachedYetIsRefused() {
        SyntheticMarket market = market(5);
        assertThatThrownBy(() -> market.trueBook(market.updateId() + 1)).hasMessageContaining("the book is known from");
    }
}
