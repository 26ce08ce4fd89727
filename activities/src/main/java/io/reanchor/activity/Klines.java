package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSource;
import io.reanchor.market.Kline;
import io.reanchor.redis.Token;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;

/**
 * The exchange's own one-second bars, to hold ours against, and its clock. What was fetched while the trades were staged is kept for a moment:
 * checking comes next, on the same worker as a rule, and needs no round trip of its own then. Thread-safe.
 */
final class Klines {
    /** One page; before it, only a later trade shows that a bar is complete. */
    private static final int PAGE = 1000;

    private static final Duration REACH = Duration.ofSeconds(PAGE - 1);
    private static final Duration KEPT = Duration.ofSeconds(2);

    private final ExecutorService threads;
    private final Clock clock;
    private final Map<Token, Asked> kept = new ConcurrentHashMap<>();

    /**
     * An answer.
     *
     * @param start from when on
     * @param klines the newest page of them; the last may still be open
     * @param exchangeTime the exchange's clock when it was asked, or a little earlier
     * @param at our clock then
     */
    record Asked(Instant start, List<Kline> klines, Instant exchangeTime, Instant at) {
        /** Those that were over when it was asked. */
        List<Kline> closed() {
            return klines.stream()
                    .filter(kline -> kline.closeTime() < exchangeTime.toEpochMilli())
                    .toList();
        }
    }

    Klines(ExecutorService threads, Clock clock) {
        this.threads = threads;
        this.clock = clock;
    }

    /** Starts asking one source, beside whatever else it is asked. */
    Beside<Asked> beside(MarketDataSource source, String symbol, Instant start) {
        return Beside.start(threads, () -> ask(source, symbol, start));
    }

    Asked ask(MarketDataSource source, String symbol, Instant start) throws InterruptedException {
        Instant at = clock.instant();
        try (ExchangeClock time = ExchangeClock.ask(threads, clock, source)) {
            List<Kline> page = source.klines(symbol, "1s", start, start.plus(REACH), PAGE);
            Instant now = time.atFirst();
            Instant newest = now.minus(REACH);
            return new Asked(
                    start, newest.isAfter(start) ? source.klines(symbol, "1s", newest, now, PAGE) : page, now, at);
        }
    }

    void keep(Token token, Asked asked) {
        kept.values().removeIf(this::isOld);
        kept.put(token, asked);
    }

    /** What was kept for a round, from the same time on, unless it is too long ago. */
    Optional<Asked> kept(Token token, Instant start) {
        return Optional.ofNullable(kept.get(token))
                .filter(asked -> asked.start().equals(start) && !isOld(asked));
    }

    /** The exchange's clock by now, or a little earlier. */
    Instant now(Asked asked) {
        return asked.exchangeTime().plus(Duration.between(asked.at(), clock.instant()));
    }

    private boolean isOld(Asked asked) {
        return asked.at().plus(KEPT).isBefore(clock.instant());
    }
}
