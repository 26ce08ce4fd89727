package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.market.Trade;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.SyntheticMarket.Shape;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TradeHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static MarketDataSource source(String name, SimulatedExchange exchange) {
        WeightBudget budget = new WeightBudget(6000, Duration.ofMinutes(1), Clock.systemUTC());
        return new BinanceSpotRest(name, exchange.restUri(), Duration.ofSeconds(5), budget, 1 << 20);
    }

    @Test
    void pagesThroughMoreTradesThanOnePageHasInOneBar() throws Exception {
        SyntheticMarket market =
                new SyntheticMarket(31, "BTCUSDT", new BigDecimal("61837.63"), START, new Shape(1000, 100, 1200, 0));
        try (SimulatedExchange exchange = SimulatedExchange.start(market)) {
            exchange.step(Duration.ofSeconds(5));
            Served<List<Trade>> history = new TradeHistory(
                            new MarketDataSources(List.of(source("simulated", exchange))))
                    .since("BTCUSDT", START);
            List<Trade> trades = history.value();
            List<Trade> truth = market.trueTrades();
            assertThat(history.source()).isEqualTo("simulated");
            assertThat(trades).hasSizeGreaterThan(3000);
            assertThat(exchange.requests(Endpoint.AGG_TRADES)).isEqualTo(trades.size() / 1000 + 1);
            for (int i = 1; i < trades.size(); i++) {
                assertThat(trades.get(i).firstTradeId())
                        .isEqualTo(trades.get(i - 1).lastTradeId() + 1);
            }
            assertThat(trades.get(0).firstTradeId()).isEqualTo(truth.get(0).firstTradeId());
            assertThat(trades.get(trades.size() - 1).lastTradeId())
                    .isEqualTo(truth.get(truth.size() - 1).lastTradeId());
            assertThat(volume(trades)).isEqualByComparingTo(volume(truth));
        }
    }

    private static BigDecimal volume(List<Trade> trades) {
        return trades.stream()
                .map(trade -> trade.price().multiply(trade.quantity()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void startsAnewAtTheNextSourceWhenOneFailsHalfWay() throws Exception {
        SyntheticMarket market =
                new SyntheticMarket(32, "BTCUSDT", new BigDecimal("61837.63"), START, new Shape(1000, 100, 1200, 0));
        try (SimulatedExchange first = SimulatedExchange.start(market);
                SimulatedExchange second = SimulatedExchange.start(market)) {
            market.step(Duration.ofSeconds(3));
            MarketDataSource failing = failingFromTheSecondPage(source("first", first), first);
            Served<List<Trade>> history = new TradeHistory(
                            new MarketDataSources(List.of(failing, source("second", second))))
                    .since("BTCUSDT", START);
            assertThat(history.source()).isEqualTo("second");
            assertThat(volume(history.value())).isEqualByComparingTo(volume(market.trueTrades()));
            assertThat(first.requests(Endpoint.AGG_TRADES)).isEqualTo(2);
        }
    }

    /** The fault is set once the first page has been served. */
    private static MarketDataSource failingFromTheSecondPage(MarketDataSource source, SimulatedExchange exchange) {
        return (MarketDataSource) java.lang.reflect.Proxy.newProxyInstance(
                MarketDataSource.class.getClassLoader(),
                new Class<?>[] {MarketDataSource.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.invoke(source, arguments);
                    } catch (java.lang.reflect.InvocationTargetException failure) {
                        throw failure.getCause();
                    } finally {
                        if (method.getName().equals("aggTrades")) {
                            exchange.inject(Endpoint.AGG_TRADES, new Fault.Status(500, null));
                        }
                    }
                });
    }

    private static List<AggTrade> page(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(
                        id -> new AggTrade(id, new Trade(id * 2, id * 2 + 1, BigDecimal.ONE, BigDecimal.ONE, 1, true)))
                .toList();
    }

    private static TradeHistory history(FakeSource source, int max) {
        return new TradeHistory(new MarketDataSources(List.of(source)), max);
    }

    @Test
    void dropsRepeatedTradesAndKeepsHoles() throws Exception {
        FakeSource source = FakeSource.serving(List.of(page(1, 1000), page(901, 1900), page(2001, 2010)));
        List<Trade> trades = history(source, 10_000).since("BTCUSDT", START).value();
        assertThat(source.asked).containsExactly("since " + START, "from 1001", "from 1901");
        assertThat(trades).hasSize(1910).doesNotHaveDuplicates();
        assertThat(trades.get(1900).firstTradeId()).isEqualTo(4002);
    }

    @Test
    void aFullLastPageIsFollowedByAnEmptyOne() throws Exception {
        FakeSource source = FakeSource.serving(List.of(page(1, 1000), List.of()));
        assertThat(history(source, 10_000).since("BTCUSDT", START).value()).hasSize(1000);
        assertThat(history(FakeSource.serving(List.of(List.of())), 10)
                        .since("BTCUSDT", START)
                        .value())
                .isEmpty();
    }

    @Test
    void aSourceThatTurnsInCirclesIsMalformed() {
        FakeSource source = FakeSource.serving(List.of(page(1, 1000), page(1, 1000)));
        MarketDataException failure = catchThrowableOfType(
                MarketDataException.class, () -> history(source, 10_000).since("BTCUSDT", START));
        assertThat(failure.type()).isEqualTo(Type.MALFORMED_REPLY);
        assertThat(failure)
                .hasMessageContaining("expected trades from aggregate id 1001 on, got a full page of older ones");
    }

    @Test
    void moreTradesThanMayBeHeldAreRefused() {
        FakeSource source = FakeSource.serving(List.of(page(1, 1000), page(1001, 2000)));
        MarketDataException failure = catchThrowableOfType(
                MarketDataException.class, () -> history(source, 1500).since("BTCUSDT", START));
        assertThat(failure.retryable()).isFalse();
        assertThat(failure)
                .hasMessageContaining("expected at most 1500 aggregate trades since " + START)
                .hasMessageContaining("report a gap that starts later");
    }

    @Test
    void anInterruptEndsItBetweenPages() {
        FakeSource source = FakeSource.serving(List.of(page(1, 1000)));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> history(source, 10_000).since("BTCUSDT", START))
                .isInstanceOf(InterruptedException.class);
    }
}
