package io.reanchor.activity;

import io.reanchor.exchange.MarketDataException;
import io.reanchor.exchange.MarketDataSource;
import io.reanchor.exchange.TradeHistory;
import io.reanchor.kit.Continuation;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBars;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.IdSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks one source for time, trades and klines, of a window that is widened until it begins where a report and the live bars need it:
 * two sources need not have got equally far. Not thread-safe.
 */
final class TradeQuestion {
    /** How far back the live bars' own end may pull a window: a busy symbol's hours are more than a budget gives. */
    static final Duration LIVE_REACH = Duration.ofMinutes(15);

    private static final Duration NARROWEST = Duration.ofMillis(TradeBars.FIVE_SECONDS);

    /** What a source had when it hadn't got far enough. */
    record Short(String source, TradeBars bars, long needed) {}

    private final TradeHistory history;
    private final Klines klines;
    private final RecoverySettings settings;
    private final String symbol;
    private final FeedGap gap;
    private final LongFunction<Optional<Continuation<Trade>>> journal;

    /** Kept from one round to the next: a window that was too narrow still is. */
    private final Map<String, Instant> starts = new HashMap<>();

    private Klines.@Nullable Asked asked;
    private List<IdSpan> holes = List.of();
    private @Nullable Short latest;
    /** The first trade of the journal that doesn't follow on what there was, or null. */
    private @Nullable Long behindHole;

    /** @param journal what of it continues a trade id; empty when there is none */
    TradeQuestion(
            TradeHistory history,
            Klines klines,
            RecoverySettings settings,
            String symbol,
            FeedGap gap,
            LongFunction<Optional<Continuation<Trade>>> journal) {
        this.history = history;
        this.klines = klines;
        this.settings = settings;
        this.symbol = symbol;
        this.gap = gap;
        this.journal = journal;
    }

    /** A new round of asking the sources. */
    void begin() {
        latest = null;
    }

    /** The source of this round that hadn't got far enough, or null when there was none. */
    @Nullable
    Short latest() {
        return latest;
    }

    /** The klines and the time that what was answered last goes with. */
    Klines.Asked asked() {
        return Objects.requireNonNull(asked, "nothing was asked");
    }

    /** Trade ids within what was answered last that neither the source nor the journal has. */
    List<IdSpan> holes() {
        return holes;
    }

    /** @throws MarketDataException a passing one, also when the source's trades don't reach what must be there */
    TradeBars askOf(MarketDataSource source, LiveBars live) throws InterruptedException {
        while (true) {
            Instant start = windowStart(source);
            List<Trade> trades;
            Klines.Asked beside;
            try (Beside<Klines.Asked> asking = klines.beside(source, symbol, floor(start))) {
                trades = new ArrayList<>(history.since(source, symbol, floor(start)));
                beside = asking.result();
            }
            asked = beside;
            Instant now = beside.exchangeTime();
            Instant reported = start(now);
            if (starts.putIfAbsent(source.name(), reported) == null && !reported.equals(start)) {
                continue; // the exchange's clock says that the report's can't be right, or is too long ago
            }
            TradeBars bars = bars(source, trades, beside, live.lastTradeId());
            Instant bound = bound(bars.firstTrade(), live, now);
            if (!start.isAfter(bound)) {
                return requireReached(source, bars, live);
            }
            Duration span = Duration.between(start, now);
            Duration more = span.compareTo(NARROWEST) < 0 ? NARROWEST : span;
            starts.put(source.name(), later(start.minus(more), bound)); // twice as far back
        }
    }

    /** Only who was told no start has to ask for the time first. */
    private Instant windowStart(MarketDataSource source) throws InterruptedException {
        Instant known = starts.get(source.name());
        if (known == null && gap.since() == null) {
            known = start(source.serverTime());
            starts.put(source.name(), known);
        }
        return known == null ? Objects.requireNonNull(gap.since()) : known;
    }

    /** A time that hasn't come yet says that the reporter's clock is ahead, and nothing of the gap. */
    private Instant start(Instant now) {
        Instant since = gap.since();
        Instant start = since == null || since.isAfter(now) ? now.minus(settings.lookBack()) : since;
        return later(start, now.minus(settings.barsRetention()));
    }

    private TradeBars bars(MarketDataSource source, List<Trade> trades, Klines.Asked beside, @Nullable Long live) {
        addJournal(trades, beside.start(), live);
        TradeHoles.fill(trades, journal);
        holes = TradeHoles.of(trades);
        try {
            return TradeBars.rebuild(
                    beside.start().toEpochMilli(),
                    trades,
                    beside.klines(), // they prove only what was over by then
                    beside.exchangeTime().toEpochMilli());
        } catch (IllegalArgumentException e) {
            throw MarketDataException.passing(
                    MarketDataException.Type.MALFORMED_REPLY,
                    "%s %s aggTrades: %s; trying again may help, else put another source first"
                            .formatted(source.name(), symbol, e.getMessage()),
                    e);
        }
    }

    /** An exchange's aggregate trades lag, the journal doesn't: what of it follows on them without a hole is as good. */
    private void addJournal(List<Trade> trades, Instant start, @Nullable Long live) {
        OptionalLong last = trades.stream().mapToLong(Trade::lastTradeId).max();
        behindHole = null;
        if (last.isEmpty() && live == null) {
            return; // a journal alone doesn't tell where it would begin
        }
        journal.apply(last.orElseGet(() -> Objects.requireNonNull(live))).ifPresent(found -> {
            found.events().stream()
                    .filter(trade -> trade.time() >= start.toEpochMilli())
                    .forEach(trades::add);
            behindHole = found.nextFirst();
        });
    }

    /** How far back the window must begin when the trades that are needed aren't in it; a window without a trade costs nothing. */
    private Instant bound(@Nullable Trade first, LiveBars live, Instant now) {
        Instant oldest = now.minus(settings.barsRetention());
        Long end = live.lastTradeId();
        if (startsAfter(first, reportedFirst(end))) {
            return oldest;
        }
        if (startsAfter(first, end == null ? null : end + 1)) {
            return first == null ? oldest : later(now.minus(LIVE_REACH), oldest);
        }
        return Instant.MAX;
    }

    private @Nullable Long reportedFirst(@Nullable Long live) {
        Long first = gap.firstTradeId();
        Long last = gap.lastTradeId();
        boolean isLive = last != null && live != null && last <= live;
        return first != null || isLive ? first : last;
    }

    private static boolean startsAfter(@Nullable Trade first, @Nullable Long needed) {
        return needed != null && (first == null || first.firstTradeId() > needed);
    }

    /** An exchange's aggregate trades lag: what its stream has sent may not be there yet. */
    private TradeBars requireReached(MarketDataSource source, TradeBars bars, LiveBars live) {
        Long needed = greatest(
                lastNeeded(live, bars.firstBucket()), behindHole == null ? null : Long.valueOf(behindHole - 1));
        Trade last = bars.lastTrade();
        if (needed == null || (last != null && last.lastTradeId() >= needed)) {
            return bars;
        }
        latest = new Short(source.name(), bars, needed);
        throw MarketDataException.passing(
                MarketDataException.Type.SOURCE_UNAVAILABLE,
                "%s %s aggTrades: expected trades up to raw trade id %d, got %s; trying again may help"
                        .formatted(source.name(), symbol, needed, reached(bars)),
                null);
    }

    /** The trade that must be there; what is live already from before the window is not asked for again. */
    private @Nullable Long lastNeeded(LiveBars live, long firstBucket) {
        Long known = live.lastTradeId();
        Long reported = gap.lastTradeId();
        boolean inWindow = !live.oneSecond().isEmpty() && live.oneSecond().lastKey() >= firstBucket;
        Long needed = known != null && reported != null && reported <= known ? null : reported;
        if (known == null || !inWindow) {
            return needed;
        }
        return needed == null ? known : Long.valueOf(Math.max(needed, known));
    }

    private static @Nullable Long greatest(@Nullable Long a, @Nullable Long b) {
        return a == null || (b != null && b > a) ? b : a;
    }

    static String reached(TradeBars bars) {
        Trade last = bars.lastTrade();
        return last == null ? "none since " + Instant.ofEpochMilli(bars.firstBucket()) : "up to " + last.lastTradeId();
    }

    private static Instant floor(Instant time) {
        return Instant.ofEpochMilli(TradeBars.bucket(time.toEpochMilli(), TradeBars.FIVE_SECONDS));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
