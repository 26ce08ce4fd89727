package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.WeightBudget;
import io.reanchor.market.Kline;
import io.reanchor.redis.Token;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an exchange whose time stands still, by a clock of our own that can be moved. */
class KlinesTest {
    private static final String SYMBOL = "BTCUSDT";
    private static final Token TOKEN = Token.of("run", 1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final MovedClock clock = new MovedClock();
    private final Klines klines = new Klines(threads, clock);
    private SimulatedExchange exchange;
    private BinanceSpotRest source;

    /** Ours: moved by hand, and by itself a little at each look when told so. */
    private static final class MovedClock extends Clock {
        private Instant now = Instant.parse("2020-01-01T00:00:00Z");
        private Duration eachLook = Duration.ZERO;

        @Override
        public synchronized Instant instant() {
            Instant then = now;
            now = now.plus(eachLook);
            return then;
        }

        synchronized void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void start() throws Exception {
        exchange = SimulatedExchange.start(new SyntheticMarket(
                7,
                SYMBOL,
                new BigDecimal("61837.63"),
                Instant.parse("2026-01-05T10:00:00Z"),
                new SyntheticMarket.Shape(20, 10, 5, 0)));
        exchange.step(Duration.ofSeconds(30));
        source = new BinanceSpotRest(
                "source",
                exchange.restUri(),
                Duration.ofSeconds(60),
                new WeightBudget(100_000, Duration.ofMinutes(1), InstantSource.system()),
                4 << 20);
    }

    @AfterEach
    void stop() {
        exchange.close();
        threads.shutdownNow();
    }

    private Klines.Asked ask(Instant start) throws InterruptedException {
        return klines.ask(source, SYMBOL, start);
    }

    @Test
    void theExchangesTimeIsThatWhenItWasAskedOrEarlier() throws Exception {
        clock.eachLook = Duration.ofMillis(400); // the answer took that long, for all we know
        try (ExchangeClock time = ExchangeClock.ask(threads, clock, source)) {
            assertThat(time.atFirst()).isEqualTo(exchange.now().minusMillis(400));
        }
    }

    @Test
    void onlyWhatWasOverWhenItWasAskedIsClosed() throws Exception {
        exchange.step(Duration.ofMillis(500));
        Klines.Asked asked = ask(exchange.now().minusSeconds(10));

        assertThat(asked.klines())
                .anyMatch(kline -> kline.closeTime() >= asked.exchangeTime().toEpochMilli());
        assertThat(asked.closed())
                .isNotEmpty()
                .allMatch(kline -> kline.closeTime() < asked.exchangeTime().toEpochMilli());
    }

    @Test
    void ofALongWindowTheNewestPageIsTaken() throws Exception {
        exchange.step(Duration.ofMinutes(20));
        Klines.Asked asked = ask(exchange.now().minus(Duration.ofMinutes(19)));

        List<Kline> page = asked.klines();
        assertThat(page).hasSizeLessThanOrEqualTo(1_000);
        assertThat(page.get(page.size() - 1).closeTime())
                .isGreaterThanOrEqualTo(exchange.now().toEpochMilli() - 2_000);
    }

    @Test
    void isKeptForItsRoundAndItsWindowAndForAMoment() throws Exception {
        Instant start = exchange.now().minusSeconds(10);
        Klines.Asked asked = ask(start);
        klines.keep(TOKEN, asked);

        assertThat(klines.kept(TOKEN, start)).contains(asked);
        assertThat(klines.kept(TOKEN, start.minusSeconds(1))).isEmpty();
        assertThat(klines.kept(Token.of("run", 2), start)).isEmpty();
        clock.move(Duration.ofSeconds(1));
        assertThat(klines.now(asked)).isEqualTo(asked.exchangeTime().plusSeconds(1));
        clock.move(Duration.ofMillis(1_001));
        assertThat(klines.kept(TOKEN, start)).isEmpty();
    }
}
