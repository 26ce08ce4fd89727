package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;

/**
 * The exchange's clock, asked beside another question, not before it: a round trip to the exchange is dear. What it gives is never later than
 * the exchange's time when this was made: its answer, less all the time until that was here.
 */
final class ExchangeClock implements AutoCloseable {
    private final Beside<Instant> asked;

    private ExchangeClock(Beside<Instant> asked) {
        this.asked = asked;
    }

    /** To be made before the other question is sent. */
    static ExchangeClock ask(ExecutorService threads, Clock clock, MarketDataSource source) {
        Instant sent = clock.instant();
        return new ExchangeClock(Beside.start(threads, () -> {
            Instant answer = source.serverTime();
            return answer.minus(Duration.between(sent, clock.instant()));
        }));
    }

    /** Waits for it; throws what asking threw. */
    Instant atFirst() throws InterruptedException {
        return asked.result();
    }

    @Override
    public void close() {
        asked.close();
    }
}
