package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSource;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.Served;
import io.reanchor.exchange.TradeHistory;
import io.reanchor.market.Kline;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.StagedBarKeys;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.StagedBars;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fetches the trades since the gap, rebuilds the bars, carries older ones over, and stages them. */
final class StageTradesStep {
    private static final int MAX_PARTIAL = 32;
    /** One page of the exchange's own bars; before that, only a later trade shows that a bar is complete. */
    private static final int MAX_KLINES = 1000;

    private static final Duration KLINES = Duration.ofSeconds(MAX_KLINES - 1);

    /** From one source: two need not have got equally far. */
    private record Asked(Instant now, List<Trade> trades, List<Kline> klines) {
        TradeBars bars(Instant start) {
            return TradeBars.rebuild(start.toEpochMilli(), trades, klines, now.toEpochMilli());
        }
    }

    private final MarketDataSources sources;
    private final TradeHistory history;
    private final MarketState state;
    private final RecoverySettings settings;
    private final Clock clock;

    StageTradesStep(MarketDataSources sources, MarketState state, RecoverySettings settings, Clock clock) {
        this.sources = sources;
        this.history = new TradeHistory(sources);
        this.state = state;
        this.settings = settings;
        this.clock = clock;
    }

    StagedBars run(StageMarketData step, Owner owner) throws Exception {
        FeedGap gap = step.gap();
        Backoff backoff = new Backoff(clock, step.until());
        Instant now = sources.ask(MarketDataSource::serverTime).value();
        Instant oldest = now.minus(settings.barsRetention());
        Instant since = latest(gap.since() == null ? now.minus(settings.lookBack()) : gap.since(), oldest);
        while (true) {
            LiveBars live = LiveBars.of(state.live(step.symbol()));
            Instant start = floor(since);
            Served<Asked> asked = sources.ask(source -> ask(source, step.symbol(), start));
            TradeBars bars = asked.value().bars(start);
            if (since.isAfter(oldest) && startsAfter(bars, least(gap.firstTradeId(), next(live.lastTradeId())))) {
                since = latest(since.minus(Duration.between(since, asked.value().now())), oldest); // twice as far back
                continue;
            }
            Long needed = lastNeeded(gap, live, bars.firstBucket());
            if (needed == null || reaches(bars, needed)) {
                return stage(step, owner, asked.source(), bars, live);
            }
            if (!backoff.pause()) {
                throw late(step, asked.source(), bars, needed, live.lastTradeId());
            }
        }
    }

    private Asked ask(MarketDataSource source, String symbol, Instant start) throws InterruptedException {
        Instant now = source.serverTime(); // before the klines: they prove only what was over
        List<Trade> trades = history.since(source, symbol, start);
        List<Kline> klines = source.klines(symbol, "1s", latest(start, now.minus(KLINES)), now, MAX_KLINES);
        return new Asked(now, trades, klines);
    }

    private StagedBars stage(StageMarketData step, Owner owner, String source, TradeBars rebuilt, LiveBars live) {
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
                        .toList());
    }

    /** Trades that are needed are from before the window. Without any trade in the window there's nothing to tell. */
    private static boolean startsAfter(TradeBars bars, @Nullable Long needed) {
        return needed != null && bars.firstTrade() != null && bars.firstTrade().firstTradeId() > needed;
    }

    /** The trade that must be there; what is live already from before the window is not asked for again. */
    private static @Nullable Long lastNeeded(FeedGap gap, LiveBars live, long firstBucket) {
        Long known = live.lastTradeId();
        boolean inWindow = !live.oneSecond().isEmpty() && live.oneSecond().lastKey() >= firstBucket;
        boolean isLive = known != null && gap.lastTradeId() != null && gap.lastTradeId() <= known;
        return greatest(isLive ? null : gap.lastTradeId(), inWindow ? known : null);
    }

    /** An exchange's aggregate trades lag: what its stream has sent may not be there yet. */
    private static boolean reaches(TradeBars bars, long needed) {
        return bars.lastTrade() != null && bars.lastTrade().lastTradeId() >= needed;
    }

    private static StepFailure late(
            StageMarketData step, String source, TradeBars bars, long needed, @Nullable Long live) {
        return new StepFailure(
                FailureTypes.STALE_TRADES,
                false,
                "%s: expected trades up to raw trade id %d (reported %s, live bars %s), got %s from %s: the exchange's aggregate trades lag; recover again in a minute, or put another source first"
                        .formatted(
                                step.symbol(),
                                needed,
                                step.gap().lastTradeId(),
                                live,
                                bars.lastTrade() == null
                                        ? "none since " + Instant.ofEpochMilli(bars.firstBucket())
                                        : "up to " + bars.lastTrade().lastTradeId(),
                                source));
    }

    private static Instant floor(Instant time) {
        return Instant.ofEpochMilli(TradeBars.bucket(time.toEpochMilli(), TradeBars.FIVE_SECONDS));
    }

    private static Instant latest(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static @Nullable Long next(@Nullable Long id) {
        return id == null ? null : id + 1;
    }

    private static @Nullable Long least(@Nullable Long a, @Nullable Long b) {
        return a == null ? b : b == null ? a : Long.valueOf(Math.min(a, b));
    }

    private static @Nullable Long greatest(@Nullable Long a, @Nullable Long b) {
        return a == null ? b : b == null ? a : Long.valueOf(Math.max(a, b));
    }
}
