package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.Kline;
import io.reanchor.market.OrderBook;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.RecordedMarket;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TestData;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** What the simulated exchange serves over real sockets is read back as the truth it knows. */
class BinanceSpotRestTest {
    /** Years off our own clock, on purpose. */
    private static final Instant START = Instant.parse("2024-08-08T12:00:00Z");

    private final SyntheticMarket market = new SyntheticMarket(21, "BTCUSDT", new BigDecimal("61837.63"), START);
    private SimulatedExchange exchange;
    private BinanceSpotRest source;

    @BeforeEach
    void start() throws Exception {
        exchange = SimulatedExchange.start(market);
        exchange.step(Duration.ofMillis(30_050));
        source = new BinanceSpotRest(
                "simulated",
                exchange.restUri(),
                Duration.ofSeconds(5),
                new WeightBudget(6000, Duration.ofMinutes(1), Clock.systemUTC()),
                BinanceSpotRest.DEFAULT_MAX_BODY_BYTES);
    }

    @AfterEach
    void stop() {
        exchange.close();
    }

    @Test
    void tellsTheExchangesClock() throws Exception {
        assertThat(source.serverTime()).isEqualTo(START.plusMillis(30_050));
    }

    @Test
    void tellsWhatASymbolIs() throws Exception {
        assertThat(source.symbol("BTCUSDT"))
                .isEqualTo(new SymbolInfo(
                        "BTCUSDT", "TRADING", new BigDecimal("0.01000000"), new BigDecimal("0.00001000")));
    }

    @Test
    void depthIsTheTrueBookAtItsId() throws Exception {
        DepthSnapshot depth = source.depth("BTCUSDT", 5000);
        assertThat(depth.lastUpdateId()).isEqualTo(market.updateId());
        assertThat(OrderBook.of(depth).digest())
                .isEqualTo(market.trueBook(depth.lastUpdateId()).digest());
        assertThat(source.depth("BTCUSDT", 20).bids().size()).isEqualTo(20);
    }

    @Test
    void aStaleSnapshotIsTheTrueBookOfItsOwnId() throws Exception {
        exchange.inject(Endpoint.DEPTH, new Fault.StaleSnapshot(Duration.ofSeconds(25)), 1);
        DepthSnapshot stale = source.depth("BTCUSDT", 5000);
        assertThat(stale.lastUpdateId()).isLessThan(market.updateId() - 1000);
        assertThat(OrderBook.of(stale).digest())
                .isEqualTo(market.trueBook(stale.lastUpdateId()).digest());
        assertThat(source.depth("BTCUSDT", 5).lastUpdateId()).isEqualTo(market.updateId());
    }

    @Test
    void aCrossedSnapshotIsHandedOnForTheChecksToRefuse() throws Exception {
        exchange.inject(Endpoint.DEPTH, new Fault.CrossedBook());
        assertThat(OrderBook.of(source.depth("BTCUSDT", 1000)).isCrossed()).isTrue();
    }

    @Test
    void klinesAreTheBarsOfAllTrades() throws Exception {
        List<Kline> klines = source.klines("BTCUSDT", "1s", START, START.plusSeconds(29), 1000);
        Map<Long, TradeBar> truth = market.trueBars(Duration.ofSeconds(1)).stream()
                .collect(Collectors.toMap(TradeBar::openTime, bar -> bar, (a, b) -> a, TreeMap::new));
        assertThat(klines).hasSizeBetween(28, 30);
        for (Kline kline : klines) {
            TradeBar bar = truth.get(kline.openTime());
            if (bar == null) {
                assertThat(kline.trades()).isZero();
            } else {
                assertThat(kline)
                        .isEqualTo(new Kline(
                                bar.openTime(),
                                bar.open(),
                                bar.high(),
                                bar.low(),
                                bar.close(),
                                bar.volume(),
                                bar.closeTime(),
                                bar.quoteVolume(),
                                bar.trades(),
                                bar.takerBuyVolume(),
                                bar.takerBuyQuoteVolume()));
            }
        }
    }

    @Test
    void pagesAggregateTradesByTheirOwnId() throws Exception {
        List<AggTrade> first = source.aggTrades("BTCUSDT", START, 10);
        List<AggTrade> next = source.aggTrades("BTCUSDT", first.get(9).id() + 1, 10);
        assertThat(first).hasSize(10);
        assertThat(next.get(0).id()).isEqualTo(first.get(9).id() + 1);
        assertThat(next.get(0).trade().firstTradeId())
                .isEqualTo(first.get(9).trade().lastTradeId() + 1);
        assertThat(source.aggTrades("BTCUSDT", START.plusSeconds(3600), 10)).isEmpty();
    }

    @Test
    void newestAggregateTradesMayBeLate() throws Exception {
        List<AggTrade> all = source.aggTrades("BTCUSDT", START, 1000);
        exchange.inject(Endpoint.AGG_TRADES, new Fault.LateTrades(3));
        assertThat(source.aggTrades("BTCUSDT", START, 1000)).isEqualTo(all.subList(0, all.size() - 3));
    }

    @Test
    void paysTheWeightsOfTheExchange() throws Exception {
        int before = exchange.usedWeight();
        for (int limit : List.of(100, 101, 500, 501, 1000, 1001)) {
            source.depth("BTCUSDT", limit);
        }
        assertThat(exchange.usedWeight() - before).isEqualTo(5 + 25 + 25 + 50 + 50 + 250);
        assertThat(exchange.requests(Endpoint.DEPTH)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "btcusdt", "BTC&limit=1", "BTC USDT", "BTC{USDT}", "A123456789012345678901234567890123"})
    void asksNothingForWhatIsNoSymbol(String symbol) {
        assertThatThrownBy(() -> source.depth(symbol, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected [A-Z0-9]");
        assertThat(exchange.requests(Endpoint.DEPTH)).isZero();
    }

    @Test
    void readsTheRealRecordingsSnapshotAndTrades() throws Exception {
        RecordedMarket recorded =
                RecordedMarket.read(TestData.orSkip(TestAbortedException::new).raw());
        try (SimulatedExchange replay = SimulatedExchange.start(recorded)) {
            BinanceSpotRest replayed = new BinanceSpotRest(
                    "recording",
                    replay.restUri(),
                    Duration.ofSeconds(5),
                    new WeightBudget(6000, Duration.ofMinutes(1), Clock.systemUTC()),
                    BinanceSpotRest.DEFAULT_MAX_BODY_BYTES);
            DepthSnapshot depth = replayed.depth("BTCUSDT", 1000);
            assertThat(depth.lastUpdateId()).isEqualTo(50093239218L);
            assertThat(depth.bids().level(0).price()).isEqualByComparingTo("61837.63");
            assertThat(depth.bids().size()).isEqualTo(1000);

            replay.step(Duration.ofSeconds(70));
            Instant start = Instant.ofEpochMilli(recorded.trueTrades().get(0).time());
            List<Trade> trades = new TradeHistory(new MarketDataSources(List.of(replayed)))
                    .since("BTCUSDT", start)
                    .value();
            assertThat(trades.stream().mapToLong(Trade::count).sum())
                    .isEqualTo(recorded.trueTrades().size());
            List<Kline> klines = replayed.klines("BTCUSDT", "1s", start.minusSeconds(1), start.plusSeconds(70), 1000);
            assertThat(klines.stream().mapToLong(Kline::trades).sum())
                    .isEqualTo(recorded.trueTrades().size());
            assertThat(OrderBook.of(replayed.depth("BTCUSDT", 5000)).digest())
                    .isEqualTo(recorded.trueBook(recorded.updateId()).digest());
        }
    }

    @Test
    void refusesABaseUrlThatIsNone() {
        assertThatThrownBy(() -> new BinanceSpotRest("odd", URI.create("api.binance.com"), Duration.ofSeconds(1)))
                .hasMessage("source odd: base URL api.binance.com: expected http(s)://host[:port]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:hunter2@api.binance.com", "https://api.binance.com/?key=hunter2"})
    void refusesABaseUrlWithASecretAndDoesntShowIt(String url) {
        assertThatThrownBy(() -> new BinanceSpotRest("odd", URI.create(url), Duration.ofSeconds(1)))
                .hasMessage("source odd: base URL at api.binance.com: expected none with credentials or a query")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("hunter2"));
    }
}
