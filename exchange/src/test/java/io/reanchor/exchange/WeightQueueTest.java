package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.exchange.WeightQueue.Answer;
import io.reanchor.exchange.WeightQueue.Ticket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WeightQueueTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofSeconds(30);
    /** Time four times, exchangeInfo, a snapshot, klines twice, one page of trades. */
    private static final int WEIGHT = 4 + 20 + 50 + 4 + 4;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:10Z"));
    private final WeightBudget budget = new WeightBudget(2 * WEIGHT, MINUTE, now::get);
    private final WeightQueue queue = queue(budget);

    private WeightQueue queue(WeightBudget... budgets) {
        return new WeightQueue(List.of(budgets), 1000, Duration.ofSeconds(60), now::get);
    }

    private void pass(Duration time) {
        now.updateAndGet(then -> then.plus(time));
    }

    private Instant now() {
        return Objects.requireNonNull(now.get());
    }

    private Answer ask(String symbol) {
        return ask(symbol, 0, 0);
    }

    private Answer ask(String symbol, int priority, int arrived) {
        return queue.ask(new Ticket("run of " + symbol, symbol, priority, Instant.EPOCH.plusSeconds(arrived), LEASE));
    }

    @Test
    void letsInAsManyAsThereIsWeightForAndTellsTheOthersWhen() {
        assertThat(ask("A").granted()).isTrue();
        assertThat(ask("B").granted()).isTrue();

        Answer third = ask("C", 0, 1);
        assertThat(third.askAgain()).isGreaterThan(Duration.ofSeconds(51));
        assertThat(third.granted()).isFalse();
        assertThat(third.position()).isEqualTo(1);
        assertThat(third.expected()).isEqualTo(Duration.ofSeconds(51));
        assertThat(ask("D", 0, 2).position()).isEqualTo(2);
        ask("E", 0, 3);
        Answer sixth = ask("F", 0, 4);
        assertThat(sixth.waiting()).isEqualTo(4);
        assertThat(sixth.expected()).isEqualTo(Duration.ofSeconds(51 + 60));
        assertThat(sixth.askAgain()).isEqualTo(MINUTE);
    }

    @Test
    void whoseTurnComesByWhatOthersGiveBackAsksAgainSoon() {
        WeightBudget wide = new WeightBudget(4 * WEIGHT - 3, MINUTE, now::get);
        WeightQueue line = queue(wide);
        for (int i = 0; i < 3; i++) {
            line.ask(new Ticket("r" + i, "S" + i, 0, Instant.EPOCH, LEASE));
        }
        Answer fourth = line.ask(new Ticket("r", "S", 0, Instant.EPOCH, LEASE));
        assertThat(fourth.granted()).isFalse();
        assertThat(fourth.askAgain()).isEqualTo(MINUTE.dividedBy(40));
    }

    @Test
    void theHigherPriorityGoesFirstThenTheEarlierArrival() {
        budget.spend(2 * WEIGHT);
        assertThat(ask("LATE", 0, 2).position()).isEqualTo(1);
        assertThat(ask("EARLY", 0, 1).position()).isEqualTo(1);
        assertThat(ask("URGENT", 5, 3).position()).isEqualTo(1);
        pass(Duration.ofSeconds(51));

        assertThat(ask("LATE", 0, 2).granted()).isFalse();
        assertThat(ask("EARLY", 0, 1).granted()).isTrue();
        assertThat(ask("LATE", 0, 2).granted()).isFalse();
        assertThat(ask("URGENT", 5, 3).granted()).isTrue();
        assertThat(ask("LATE", 0, 2).granted()).isFalse();
    }

    @Test
    void askingAgainSetsNothingMoreAside() {
        assertThat(ask("A").granted()).isTrue();
        assertThat(ask("A").granted()).isTrue();
        assertThat(budget.reserved()).isEqualTo(WEIGHT);
    }

    @Test
    void whatARecoverySpendsShrinksWhatIsSetAsideForIt() {
        ask("A");
        budget.spend(50, "A");
        budget.spend(1, "-");
        assertThat(budget.reserved()).isEqualTo(WEIGHT - 50);
        assertThat(budget.available()).isEqualTo(2 * WEIGHT - 51);
    }

    @Test
    void whatWasNotNeededIsGivenBackAndTheNextTimeNotExpected() {
        WeightQueue long300 = new WeightQueue(List.of(budget), 1000, Duration.ofSeconds(300), now::get);
        assertThat(long300.weight("A")).isEqualTo(WEIGHT + 3 * 4);
        long300.ask(new Ticket("r", "A", 0, Instant.EPOCH, LEASE));
        budget.spend(78, "A");
        long300.done("A", "another run");
        assertThat(budget.reserved()).isPositive();
        long300.done("A", "r");
        assertThat(budget.reserved()).isZero();
        assertThat(long300.weight("A")).isEqualTo(82);
        assertThat(long300.weight("B")).isEqualTo(82);
    }

    @Test
    void aPlaceThatIsNotAskedForAgainIsForgotten() {
        budget.spend(2 * WEIGHT);
        ask("GONE", 9, 0);
        ask("GONE TOO", 9, 0);
        pass(Duration.ofSeconds(71));
        assertThat(queue.waiting()).isZero();
        assertThat(ask("A").granted()).isTrue();
    }

    @Test
    void aLeaseThatNobodyGivesBackEnds() {
        ask("A");
        ask("B");
        pass(LEASE.plusMillis(1));
        assertThat(ask("C").granted()).isTrue();
    }

    @Test
    void theNextRunOfASymbolDoesNotInheritAnothersLease() {
        ask("A");
        ask("B");
        assertThat(queue.ask(new Ticket("another", "A", 0, Instant.EPOCH, LEASE))
                        .granted())
                .isFalse();
    }

    @Test
    void nobodyBeginsBeforeTheExchangeAnswersAgain() {
        budget.closeFor(Duration.ofSeconds(130));
        Answer wait = ask("A");
        assertThat(wait.granted()).isFalse();
        assertThat(wait.expected()).isEqualTo(Duration.ofSeconds(130));
        assertThat(wait.askAgain()).isEqualTo(MINUTE);
        pass(Duration.ofSeconds(130));
        assertThat(ask("A").granted()).isTrue();
    }

    @Test
    void ofTwoHostsTheOneThatRefusesIsLeftOut() {
        WeightBudget other = new WeightBudget(WEIGHT, MINUTE, now::get);
        WeightQueue both = queue(budget, other);
        Ticket first = new Ticket("1", "A", 0, Instant.EPOCH, LEASE);
        Ticket second = new Ticket("2", "B", 0, Instant.EPOCH, LEASE);
        assertThat(both.ask(first).granted()).isTrue();
        assertThat(both.ask(second).granted()).isFalse();
        other.closeFor(Duration.ofSeconds(30));
        assertThat(both.ask(second).granted()).isTrue();
    }

    /** Recoveries that weigh no more than expected never find too little, and no minute's weight is left lying. */
    @Test
    void twoHundredAreLetInAtThePaceOfTheBudget() {
        int limit = 6000;
        WeightBudget large = new WeightBudget(limit, MINUTE, now::get);
        WeightQueue line = queue(large);
        Random random = new Random(11);
        Instant start = now();
        Map<String, Instant> asksAt = new HashMap<>();
        Map<String, Integer> going = new HashMap<>();
        Map<String, Integer> asked = new HashMap<>();
        List<String> begun = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            asksAt.put("S" + i, start);
        }
        while (begun.size() < 200 || !going.isEmpty()) {
            for (String symbol : List.copyOf(asksAt.keySet())) {
                if (asksAt.getOrDefault(symbol, Instant.MAX).isAfter(now())) {
                    continue;
                }
                asked.merge(symbol, 1, Integer::sum);
                Answer answer = line.ask(new Ticket(symbol, symbol, 0, start, LEASE));
                if (answer.granted()) {
                    asksAt.remove(symbol);
                    going.put(symbol, 78);
                    begun.add(symbol);
                } else {
                    asksAt.put(symbol, now().plus(answer.askAgain()));
                }
            }
            for (String symbol : List.copyOf(going.keySet())) {
                int left = going.getOrDefault(symbol, 0);
                int part = Math.min(left, 1 + random.nextInt(60));
                assertThat(large.spend(part, symbol)).isZero();
                going.put(symbol, left - part);
                if (left == part) {
                    going.remove(symbol);
                    line.done(symbol, symbol);
                }
            }
            pass(Duration.ofMillis(200));
        }
        // 200 x 78 takes the budget of three minutes.
        assertThat(Duration.between(start, now())).isLessThan(Duration.ofSeconds(51 + 60 + 15));
        assertThat(asked.values()).allMatch(times -> times < 30);
    }
}
