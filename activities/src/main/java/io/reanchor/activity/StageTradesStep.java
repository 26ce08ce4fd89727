package io.reanchor.activity;

import io.reanchor.exchange.MarketDataException;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.Served;
import io.reanchor.exchange.TradeHistory;
import io.reanchor.market.FeatureVector;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.StagedBarKeys;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.StagedBars;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fetches the trades since the gap, rebuilds the bars, carries older ones over, and stages them. */
final class StageTradesStep {
    static final int MAX_PARTIAL = 32;

    private final MarketDataSources sources;
    private final TradeHistory history;
    private final MarketState state;
    private final RecoverySettings settings;
    private final Klines klines;
    private final Clock clock;
    private final FlightRecorder recorder;

    StageTradesStep(
            MarketDataSources sources,
            MarketState state,
            RecoverySettings settings,
            Klines klines,
            Clock clock,
            FlightRecorder recorder) {
        this.recorder = recorder;
        this.sources = sources;
        this.klines = klines;
        this.history = new TradeHistory(sources);
        this.state = state;
        this.settings = settings;
        this.clock = clock;
    }

    /** @param until when this attempt must have an answer, by our clock: until then trades that lag are waited for */
    StagedBars run(StageMarketData step, Owner owner, Instant until) throws InterruptedException {
        Flight flight = recorder.of(step.symbol(), owner.token());
        Backoff backoff = new Backoff(clock, until);
        TradeQuestion question = new TradeQuestion(
                history, klines, settings, step.symbol(), step.gap(), id -> state.tradesAfter(step.symbol(), id));
        while (true) {
            LiveBars live = LiveBars.of(state.liveBars(step.symbol()));
            Served<TradeBars> served;
            try {
                question.begin();
                served = sources.ask(source -> question.askOf(flight.tapped(source, FlightLine.WINDOW), live));
            } catch (MarketDataException e) {
                TradeQuestion.Short latest = question.latest();
                if (latest == null) {
                    throw e;
                }
                if (!backoff.pause()) {
                    throw late(step, latest, live.lastTradeId(), e);
                }
                continue;
            }
            klines.keep(owner.token(), question.asked());
            StagedBars staged = stage(step, owner, served.source(), served.value(), question.holes(), live);
            record(flight, step, staged, live, question.asked().exchangeTime());
            return staged;
        }
    }

    private void record(Flight flight, StageMarketData step, StagedBars staged, LiveBars live, Instant exchangeTime) {
        if (flight.isOn()) {
            long since = staged.since().minus(FeatureVector.WINDOW).toEpochMilli() - TradeBars.FIVE_SECONDS;
            Map<String, Object> bars = new HashMap<>();
            bars.put("lastTradeId", live.lastTradeId());
            bars.put("bars1s", FlightLine.bars(live.oneSecond(), since));
            bars.put("bars5s", FlightLine.bars(live.fiveSecond(), since));
            flight.add(FlightLine.LIVE_BARS, bars);
            flight.add(
                    FlightLine.BARS_STAGED, Map.of("gap", step.gap(), "staged", staged, "exchangeTime", exchangeTime));
            Long first = staged.firstTradeId();
            flight.follow(state, null, first == null ? live.lastTradeId() : Long.valueOf(first - 1));
        }
    }

    private StagedBars stage(
            StageMarketData step, Owner owner, String source, TradeBars rebuilt, List<IdSpan> holes, LiveBars live) {
        TradeBars bars = rebuilt.carryOver(live.oneSecond(), live.fiveSecond(), settings.barsRetention());
        // Nothing traded since the window began: the newest trade is one that live knows already.
        Long lastTradeId = greatest(bars.lastTradeId(), live.lastTradeId());
        StagedBarKeys keys = state.stageBars(
                step.symbol(), owner, bars.oneSecond(), bars.fiveSecond(), lastTradeId, Interruption::check);
        Trade first = bars.firstTrade();
        Trade last = bars.lastTrade();
        return new StagedBars(
                keys.bars1s(),
                keys.bars5s(),
                source,
                Instant.ofEpochMilli(bars.firstBucket()),
                first == null ? null : first.firstTradeId(),
                lastTradeId,
                last == null ? null : last.price().toPlainString(),
                rebuilt.oneSecond().values().stream()
                        .mapToLong(TradeBar::trades)
                        .sum(),
                bars.rebuilt(),
                bars.carried(),
                bars.partial().stream()
                        .limit(MAX_PARTIAL)
                        .map(Instant::ofEpochMilli)
                        .toList(),
                lost(bars, holes));
    }

    private static List<IdSpan> lost(TradeBars bars, List<IdSpan> holes) {
        return Stream.concat(before(bars).stream(), holes.stream().filter(hole -> isRebuilt(bars, hole)))
                .limit(TradeHoles.MOST)
                .toList();
    }

    private static boolean isRebuilt(TradeBars bars, IdSpan hole) {
        Trade first = bars.firstTrade();
        return first != null && hole.first() > first.firstTradeId();
    }

    /** Between the bars that were carried over and the first that was rebuilt. */
    private static List<IdSpan> before(TradeBars bars) {
        Map.Entry<Long, TradeBar> carried = bars.oneSecond().lowerEntry(bars.firstBucket());
        Trade first = bars.firstTrade();
        return carried == null
                        || first == null
                        || first.firstTradeId() <= carried.getValue().lastTradeId() + 1
                ? List.of()
                : List.of(new IdSpan(carried.getValue().lastTradeId() + 1, first.firstTradeId() - 1));
    }

    private StepFailure late(
            StageMarketData step, TradeQuestion.Short latest, @Nullable Long live, MarketDataException all) {
        String others = sources.names().size() > 1 ? " (" + all.getMessage() + ")" : "";
        return new StepFailure(
                FailureTypes.STALE_TRADES,
                false,
                "%s: expected trades up to raw trade id %d (reported %s, live bars %s), got %s from %s: the exchange's aggregate trades lag; recover again in a minute, or put another source first%s"
                        .formatted(
                                step.symbol(),
                                latest.needed(),
                                step.gap().lastTradeId(),
                                live,
                                TradeQuestion.reached(latest.bars()),
                                latest.source(),
                                others));
    }

    private static @Nullable Long greatest(@Nullable Long a, @Nullable Long b) {
        return a == null ? b : b == null ? a : Long.valueOf(Math.max(a, b));
    }
}
