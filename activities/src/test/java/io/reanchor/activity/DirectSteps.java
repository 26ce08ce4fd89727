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
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** Steps called without a workflow, against a real Redis of their own and simulated exchanges, asked in this order. */
final class DirectSteps implements AutoCloseable {
    static final String SYMBOL = "BTCUSDT";
    private static final Duration TTL = Duration.ofMinutes(1);

    final RedisServer redis = RedisServer.start();
    final MarketState state = new MarketState(
            RedisSettings.of(URI.create(redis.uri() + "/0")).withOperationTimeout(Duration.ofSeconds(5)),
            Clock.systemUTC());
    final ExecutorService requests = Executors.newCachedThreadPool();
    private final StageTradesStep stageTrades;
    private final StageSnapshotStep stageSnapshot;
    private final BringUp bringUp = new BringUp(state);
    private final SwapStep swap;
    private final RecoverySettings settings;
    private final MarketDataSources sources;
    final FlightRecorder recorder;
    private @Nullable Token latest;

    DirectSteps(Duration lookBack, SimulatedExchange... exchanges) {
        List<BinanceSpotRest> all = new ArrayList<>();
        for (SimulatedExchange exchange : exchanges) {
            WeightBudget budget = new WeightBudget(100_000, Duration.ofMinutes(1), InstantSource.system());
            all.add(new BinanceSpotRest(
                    "source" + (all.size() + 1), exchange.restUri(), Duration.ofMinutes(1), budget, 4 << 20));
        }
        settings = new RecoverySettings(1000, lookBack, Duration.ofHours(24), RecoverySettings.DEFAULT.checks());
        sources = new MarketDataSources(all);
        recorder = new FlightRecorder(settings, Clock.systemUTC());
        Klines klines = new Klines(requests, Clock.systemUTC());
        this.stageTrades = new StageTradesStep(sources, state, settings, klines, Clock.systemUTC(), recorder);
        this.swap = new SwapStep(
                state, new ValidateStep(sources, state, settings, klines, recorder), settings.barsRetention());
        this.stageSnapshot = new StageSnapshotStep(sources, state, 1000, Clock.systemUTC(), requests, recorder);
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

    /** What a workflow has in hand before its cut-over. */
    record Prepared(Token token, StagedState staged) {}

    /** Stages all there is; whoever prepared before has settled. */
    Prepared prepare(FeedGap gap) throws Exception {
        Token token = claim();
        String against = state.liveIds(SYMBOL).generation();
        StagedBook book = stageSnapshot(token, gap, TTL);
        StagedBars bars = stageTrades(token, gap, TTL);
        StagedFeatures features =
                bringUp.run(SYMBOL, token, book, bars, against).state().features();
        return new Prepared(token, new StagedState(book, bars, features, against));
    }

    /** @param through another way to the same Redis */
    ValidationReport validate(Prepared prepared, MarketState through) throws InterruptedException {
        ValidateStep validate =
                new ValidateStep(sources, through, settings, new Klines(requests, Clock.systemUTC()), recorder);
        return validate.run(new Validate(SYMBOL, 1, FeedGap.UNKNOWN, prepared.staged()), prepared.token());
    }

    SwapReceipt swap(Prepared prepared, FeedGap gap) {
        Swap step = new Swap(SYMBOL, 1, gap, prepared.staged(), new ValidationReport(List.of()));
        return swap.run(step, prepared.token(), "reanchor-" + SYMBOL);
    }

    /** @param meanwhile happens between each last catch-up and its transaction */
    SwapReceipt swap(Prepared prepared, Runnable meanwhile) {
        return swap.follow(
                SYMBOL,
                state.cutOver(SYMBOL, prepared.token(), () -> {
                    CutOverOrder order = order(prepared);
                    meanwhile.run();
                    return order;
                }),
                Set.of());
    }

    /** What follows a cut-over, or a revert. */
    SwapReceipt follow(SwapReceipt receipt) {
        return swap.follow(SYMBOL, receipt, Set.of());
    }

    /** What is staged, caught up. */
    CutOverOrder order(Prepared prepared) {
        StagedState staged = prepared.staged();
        StagedState now = bringUp.run(SYMBOL, prepared.token(), staged.book(), staged.bars(), staged.against())
                .state();
        return new CutOverOrder(SYMBOL, prepared.token(), "reanchor-" + SYMBOL, FeedGap.UNKNOWN, now);
    }

    void catchUp(Prepared prepared) {
        state.catchUp(
                SYMBOL,
                prepared.token(),
                prepared.staged().book().key(),
                prepared.staged().bars().bars1s());
    }

    /** Name and content of the keys that match. */
    List<String> keys(String pattern) {
        try (Jedis client = new Jedis(redis.uri())) {
            return client.keys(pattern).stream()
                    .sorted()
                    .map(key -> key + Arrays.toString(client.dump(key)))
                    .toList();
        }
    }

    /** A whole recovery, unchecked. */
    StagedBars recover(FeedGap gap) throws Exception {
        Token token = claim();
        String against = state.liveIds(SYMBOL).generation();
        StagedBook book = stageSnapshot(token, gap, TTL);
        StagedBars bars = stageTrades(token, gap, TTL);
        StagedFeatures features =
                new BringUp(state).run(SYMBOL, token, book, bars, "").state().features();
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
