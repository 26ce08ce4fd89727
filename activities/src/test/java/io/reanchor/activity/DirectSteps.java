package io.reanchor.activity;

import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.WeightBudget;
import io.reanchor.market.Trade;
import io.reanchor.redis.CutOverOrder;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.Token;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorActivities.BuildFeatures;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedState;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Steps called without a workflow, against a real Redis of their own and simulated exchanges, asked in this order. */
final class DirectSteps implements AutoCloseable {
    static final String SYMBOL = "BTCUSDT";
    private static final Duration TTL = Duration.ofMinutes(1);

    final RedisServer redis = RedisServer.start();
    final MarketState state = new MarketState(
            RedisSettings.of(URI.create(redis.uri() + "/0")).withOperationTimeout(Duration.ofSeconds(5)),
            Clock.systemUTC());
    private final ExecutorService requests = Executors.newCachedThreadPool();
    private final StageTradesStep stageTrades;
    private final StageSnapshotStep stageSnapshot;
    private @Nullable Token latest;

    DirectSteps(Duration lookBack, SimulatedExchange... exchanges) {
        List<BinanceSpotRest> all = new ArrayList<>();
        for (SimulatedExchange exchange : exchanges) {
            WeightBudget budget = new WeightBudget(100_000, Duration.ofMinutes(1), InstantSource.system());
            all.add(new BinanceSpotRest(
                    "source" + (all.size() + 1), exchange.restUri(), Duration.ofMinutes(1), budget, 4 << 20));
        }
        RecoverySettings settings =
                new RecoverySettings(1000, lookBack, Duration.ofHours(24), RecoverySettings.DEFAULT.checks());
        MarketDataSources sources = new MarketDataSources(all);
        this.stageTrades = new StageTradesStep(sources, state, settings, Clock.systemUTC());
        this.stageSnapshot = new StageSnapshotStep(sources, state, 1000, Clock.systemUTC(), requests);
    }

    static SimulatedExchange exchange(SyntheticMarket.Shape shape) throws Exception {
        return SimulatedExchange.start(new SyntheticMarket(
                7, SYMBOL, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z"), shape));
    }

    static List<Trade> trades(SimulatedExchange exchange) {
        return exchange.market(SYMBOL).trueTrades();
    }

    static FeedGap trades(@Nullable Long first, Long last) {
        return new FeedGap(null, null, first, last, null);
    }

    StagedBars stageTrades(FeedGap gap, Duration patience) throws InterruptedException {
        return stageTrades(claim(), gap, patience);
    }

    StagedBook stageSnapshot(FeedGap gap, Duration patience) throws Exception {
        return stageSnapshot(claim(), gap, patience);
    }

    /** A whole recovery, unchecked. */
    StagedBars recover(FeedGap gap) throws Exception {
        Token token = claim();
        String against = state.liveIds(SYMBOL).generation();
        StagedBook book = stageSnapshot(token, gap, TTL);
        StagedBars bars = stageTrades(token, gap, TTL);
        StagedFeatures features = new BuildFeaturesStep(state).run(new BuildFeatures(SYMBOL, 1, book, bars), token);
        StagedState staged = new StagedState(book, bars, features, against);
        state.cutOver(new CutOverOrder(SYMBOL, token, "reanchor-" + SYMBOL, gap, staged));
        return bars;
    }

    private StagedBars stageTrades(Token token, FeedGap gap, Duration patience) throws InterruptedException {
        StageMarketData step = new StageMarketData(SYMBOL, 1, 1, gap);
        return stageTrades.run(step, Owner.of(token, 1, 1), Instant.now().plus(patience));
    }

    private StagedBook stageSnapshot(Token token, FeedGap gap, Duration patience) throws Exception {
        StageMarketData step = new StageMarketData(SYMBOL, 1, 1, gap);
        return stageSnapshot.run(step, Owner.of(token, 1, 1), Instant.now().plus(patience));
    }

    /** As a new run, whose predecessor has settled. */
    private Token claim() {
        if (latest != null) {
            state.settle(SYMBOL, latest, null);
        }
        Token token = token();
        latest = token;
        state.claim(SYMBOL, token, TTL);
        return token;
    }

    static Token token() {
        return Token.of(UUID.randomUUID().toString(), 1);
    }

    @Override
    public void close() {
        requests.shutdownNow();
        state.close();
        redis.close();
    }
}
