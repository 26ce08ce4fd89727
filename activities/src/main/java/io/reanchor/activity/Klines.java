package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSource;
import io.reanchor.market.Kline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The exchange's own one-second bars, to hold ours against. */
final class Klines {
    /** One page; before it, only a later trade shows that a bar is complete. */
    private static final int PAGE = 1000;

    private static final Duration REACH = Duration.ofSeconds(PAGE - 1);

    private Klines() {}

    /** The newest page of those from {@code start} to {@code now}; the last may still be open. */
    static List<Kline> of(MarketDataSource source, String symbol, Instant start, Instant now)
            throws InterruptedException {
        Instant oldest = now.minus(REACH);
        return source.klines(symbol, "1s", start.isAfter(oldest) ? start : oldest, now, PAGE);
    }
}
