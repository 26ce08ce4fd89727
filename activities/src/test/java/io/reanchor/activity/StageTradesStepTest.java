package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.exchange.MarketDataException;
import io.reanchor.market.Trade;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket.Shape;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.StagedBars;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StageTradesStepTest {
    private static final Shape QUIET = new Shape(10, 10, 3, 0.97);
    private static final Shape STEADY = new Shape(10, 10, 2, 0.3);
    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration IMPATIENT = Duration.ofMillis(200);

    @Test
    void aQuietMarketsReportedTradesAreFoundHoweverOldTheyAre() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(QUIET);
                DirectSteps steps = new DirectSteps(SHORT, exchange)) {
            exchange.step(Duration.ofMinutes(5));
            while (quiet(exchange).compareTo(Duration.ofMinutes(1)) < 0) {
                exchange.step(Duration.ofSeconds(1));
            }
            List<Trade> all = DirectSteps.trades(exchange);
            long first = all.get(all.size() - 5).firstTradeId();
            long last = all.get(all.size() - 1).lastTradeId();

            assertReaches(steps.stageTrades(DirectSteps.trades(null, last), PATIENT), last, last);
            // The second time they are live already, maybe damaged: the report says so.
            for (int i = 0; i < 2; i++) {
                assertReaches(steps.recover(DirectSteps.trades(first, last)), first, last);
            }
        }
    }

    private static Duration quiet(SimulatedExchange exchange) {
        List<Trade> all = DirectSteps.trades(exchange);
        return Duration.ofMillis(
                exchange.now().toEpochMilli() - all.get(all.size() - 1).time());
    }

    private static void assertReaches(StagedBars bars, long first, long last) {
        assertThat(Objects.requireNonNull(bars.firstTradeId())).isLessThanOrEqualTo(first);
        assertThat(bars.lastTradeId()).isEqualTo(last);
        assertThat(bars.lost()).isEmpty();
    }

    @Test
    void afterALongOutageTheWindowIsBoundedAndTheHoleIsTold() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(STEADY);
                DirectSteps steps = new DirectSteps(SHORT, exchange)) {
            exchange.step(Duration.ofMinutes(1));
            long before = Objects.requireNonNull(steps.recover(FeedGap.UNKNOWN).lastTradeId());
            exchange.step(Duration.ofMinutes(10));
            assertThat(steps.stageTrades(FeedGap.UNKNOWN, PATIENT).lost())
                    .as("within reach")
                    .isEmpty();
            exchange.step(Duration.ofMinutes(30));

            StagedBars bars = steps.stageTrades(FeedGap.UNKNOWN, PATIENT);
            assertThat(Duration.between(bars.since(), exchange.now()))
                    .isLessThanOrEqualTo(TradeQuestion.LIVE_REACH.plusSeconds(5));
            assertThat(bars.lost())
                    .containsExactly(new IdSpan(before + 1, Objects.requireNonNull(bars.firstTradeId()) - 1));
            assertThat(bars.carried()).isPositive();
        }
    }

    @Test
    void aTimeThatHasNotComeTellsNothing() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(STEADY);
                DirectSteps steps = new DirectSteps(Duration.ofMinutes(1), exchange)) {
            exchange.step(Duration.ofMinutes(3));
            FeedGap ahead = new FeedGap(null, null, null, null, exchange.now().plusSeconds(3600));
            StagedBars bars = steps.stageTrades(ahead, PATIENT);
            assertThat(bars.rebuilt()).isPositive();
            assertThat(Duration.between(bars.since(), exchange.now()))
                    .isBetween(Duration.ofMinutes(1), Duration.ofSeconds(65));
        }
    }

    @Test
    void aSourceThatLagsDoesNotHideTheNext() throws Exception {
        try (SimulatedExchange lagging = DirectSteps.exchange(STEADY);
                SimulatedExchange good = DirectSteps.exchange(STEADY)) {
            lagging.step(Duration.ofMinutes(1));
            good.step(Duration.ofMinutes(1));
            lagging.inject(Endpoint.AGG_TRADES, new Fault.LateTrades(3));
            List<Trade> all = DirectSteps.trades(good);
            long last = all.get(all.size() - 1).lastTradeId();
            FeedGap gap = DirectSteps.trades(null, last);
            try (DirectSteps steps = new DirectSteps(PATIENT, lagging, good)) {
                StagedBars bars = steps.stageTrades(gap, PATIENT);
                assertThat(bars.source()).isEqualTo("source2");
                assertThat(bars.lastTradeId()).isEqualTo(last);
            }
            try (DirectSteps steps = new DirectSteps(PATIENT, lagging)) {
                StepFailure failure = catchThrowableOfType(StepFailure.class, () -> steps.stageTrades(gap, IMPATIENT));
                assertThat(failure.type()).isEqualTo(FailureTypes.STALE_TRADES);
                assertThat(failure).hasMessageContaining("expected trades up to raw trade id " + last);
            }
        }
    }

    @Test
    void tradesThatOverlapAreTheSourcesFault() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(STEADY);
                DirectSteps steps = new DirectSteps(SHORT, exchange)) {
            exchange.step(Duration.ofSeconds(10));
            String trade = "{\"a\":%d,\"p\":\"1\",\"q\":\"1\",\"f\":%d,\"l\":%d,\"T\":%d,\"m\":true,\"M\":true}";
            long now = exchange.now().toEpochMilli();
            exchange.inject(
                    Endpoint.AGG_TRADES,
                    new Fault.Body("[" + trade.formatted(1, 1, 5, now) + "," + trade.formatted(2, 3, 8, now) + "]"));
            assertThatThrownBy(() -> steps.stageTrades(FeedGap.UNKNOWN, IMPATIENT))
                    .isInstanceOfSatisfying(MarketDataException.class, failure -> {
                        assertThat(failure.type()).isEqualTo(MarketDataException.Type.MALFORMED_REPLY);
                        assertThat(failure.retryable()).isTrue();
                    });
        }
    }
}
