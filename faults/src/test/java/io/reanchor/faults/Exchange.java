package io.reanchor.faults;

import io.reanchor.activity.RecoverySettings;
import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.WeightBudget;
import io.reanchor.market.Trade;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FeedGap;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A seed's market, small, and standing still while recoveries ask for it. Its clock is moved by hand. */
final class Exchange implements AutoCloseable {
    static final String SYMBOL = "BTCUSDT";
    static final int DEPTH = 30;
    private static final int WHOLE = 5_000;
    static final int MAX_BODY = 4 << 20;
    private static final Duration PATIENT = Duration.ofMinutes(2);
    private static final int WEIGHT = 10_000_000;
    private static final SyntheticMarket.Shape SHAPE = new SyntheticMarket.Shape(40, 200, 12, 0);

    private final SimulatedExchange exchange;
    private final String symbol;
    final MarketDataSources sources;
    final int depth;
    final RecoverySettings settings;

    private Exchange(SimulatedExchange exchange, String symbol, Duration requestTimeout, int depth) {
        this.exchange = exchange;
        this.symbol = symbol;
        this.depth = depth;
        this.settings = new RecoverySettings(
                depth,
                RecoverySettings.DEFAULT.lookBack(),
                RecoverySettings.DEFAULT.barsRetention(),
                RecoverySettings.DEFAULT.checks());
        WeightBudget budget = new WeightBudget(WEIGHT, Duration.ofMinutes(1), InstantSource.system());
        this.sources = new MarketDataSources(
                List.of(new BinanceSpotRest("simulated", exchange.restUri(), requestTimeout, budget, MAX_BODY)));
    }

    static Exchange start(long seed) {
        return start(seed, SYMBOL);
    }

    static Exchange start(long seed, String symbol) {
        return start(seed, symbol, PATIENT);
    }

    /** @param requestTimeout of the service's requests */
    static Exchange start(long seed, String symbol, Duration requestTimeout) {
        return start(seed, symbol, requestTimeout, DEPTH);
    }

    /** Of whose book snapshots are whole. */
    static Exchange startWhole(long seed) {
        return start(seed, SYMBOL, PATIENT, WHOLE);
    }

    private static Exchange start(long seed, String symbol, Duration requestTimeout, int depth) {
        try {
            SyntheticMarket market = new SyntheticMarket(
                    seed, symbol, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z"), SHAPE);
            Exchange started =
                    new Exchange(SimulatedExchange.start(List.of(market), 0, 0, WEIGHT), symbol, requestTimeout, depth);
            started.step(Duration.ofSeconds(10));
            return started;
        } catch (Exception e) {
            throw new IllegalStateException("no simulated exchange", e);
        }
    }

    SimulatedMarket market() {
        return exchange.market(symbol);
    }

    URI restUri() {
        return exchange.restUri();
    }

    void inject(Endpoint endpoint, io.reanchor.testkit.Fault fault, int times) {
        exchange.inject(endpoint, fault, times);
    }

    int requests(Endpoint endpoint) {
        return exchange.requests(endpoint);
    }

    void heal() {
        exchange.heal();
    }

    void step(Duration time) {
        exchange.step(time);
    }

    /** Everything up to now was lost, the last trade too: one that isn't named isn't waited for. */
    FeedGap gap() {
        List<Trade> trades = market().trueTrades();
        return new FeedGap(
                null, market().updateId(), null, trades.get(trades.size() - 1).lastTradeId(), null);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
