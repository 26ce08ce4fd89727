package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightBudgetTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:40Z"));
    private final WeightBudget budget = new WeightBudget(6000, Duration.ofMinutes(1), now::get);

    private void pass(int seconds) {
        passMillis(seconds * 1000);
    }

    private void passMillis(int millis) {
        now.updateAndGet(time -> time.plusMillis(millis));
    }

    @Test
    void refillsASecondAfterTheMinuteAndNotBefore() {
        assertThat(IntStream.range(0, 24).mapToObj(i -> budget.spend(250))).containsOnly(Duration.ZERO);
        assertThat(budget.spend(1)).isEqualTo(Duration.ofSeconds(21));
        pass(20);
        assertThat(budget.spend(1)).isEqualTo(Duration.ofSeconds(1));
        pass(1);
        assertThat(budget.available()).isEqualTo(6000);
        assertThat(budget.spend(6000)).isZero();
        assertThat(budget.spend(5)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void whatIsSpentNearTheTurnFitsIntoBothMinutes() {
        budget.spend(1000);
        passMillis(19_500); // :59.5
        assertThat(budget.spend(4000)).isZero();
        passMillis(500); // :00, perhaps still :59 at the exchange
        assertThat(budget.spend(1001)).isEqualTo(Duration.ofSeconds(1));
        assertThat(budget.spend(1000)).isZero();
        pass(1); // the minute before is over for sure; in this one 5000 may have been counted
        assertThat(budget.available()).isEqualTo(1000);
    }

    @Test
    void theMinuteIsTheExchanges() {
        Instant ours = Objects.requireNonNull(now.get()); // :40, and :10 at the exchange
        budget.spend(1000);
        budget.exchangeTime(ours.plusSeconds(30), ours, ours);
        assertThat(budget.available()).isEqualTo(5000);
        budget.spend(5000);
        assertThat(budget.spend(1)).isEqualTo(Duration.ofSeconds(51));
        budget.exchangeTime(ours, ours, ours.plusSeconds(3)); // too slow to tell
        assertThat(budget.spend(1)).isEqualTo(Duration.ofSeconds(51));
    }

    @Test
    void aCountOfTheMinuteBeforeLeavesThisOneAlone() {
        passMillis(19_500);
        Instant sent = Objects.requireNonNull(now.get());
        pass(2);
        budget.observed(5990, sent);
        assertThat(budget.available()).isEqualTo(6000);
    }

    @Test
    void aRefusalSpendsNothing() {
        budget.spend(5990);
        assertThat(budget.spend(50)).isPositive();
        assertThat(budget.spend(10)).isZero();
    }

    @Test
    void theExchangesCountOnlyLowersWhatIsLeft() {
        budget.spend(100);
        budget.observed(4000);
        assertThat(budget.available()).isEqualTo(2000);
        budget.observed(50);
        assertThat(budget.available()).isEqualTo(2000);
        budget.observed(1_000_000);
        assertThat(budget.available()).isZero();
        pass(21);
        assertThat(budget.available()).isEqualTo(6000);
    }

    @Test
    void staysClosedAsLongAsTheExchangeSaid() {
        budget.closeFor(Duration.ofSeconds(130));
        budget.closeFor(Duration.ofSeconds(5));
        assertThat(budget.spend(1)).isEqualTo(Duration.ofSeconds(130));
        pass(129);
        assertThat(budget.spend(1)).isEqualTo(Duration.ofSeconds(1));
        pass(1);
        assertThat(budget.spend(1)).isZero();
    }

    @Test
    void neverGivesMoreThanThereIsToManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Boolean> spend = () -> budget.spend(50).isZero();
            long given = threads
                    .invokeAll(IntStream.range(0, 1000).mapToObj(i -> spend).toList())
                    .stream()
                    .filter(WeightBudgetTest::get)
                    .count();
            assertThat(given).isEqualTo(120);
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean get(Future<Boolean> result) {
        try {
            return result.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isOneForEachHost() {
        URI one = URI.create("https://one.invalid/api");
        assertThat(WeightBudget.sharedFor(one)).isSameAs(WeightBudget.sharedFor(URI.create("https://one.invalid")));
        assertThat(WeightBudget.sharedFor(one)).isNotSameAs(WeightBudget.sharedFor(URI.create("https://two.invalid")));
    }

    @Test
    void aWeightThatCanNeverBeThereIsAMistake() {
        assertThatThrownBy(() -> budget.spend(6001)).hasMessage("weight 6001 is more than the limit 6000");
    }
}
