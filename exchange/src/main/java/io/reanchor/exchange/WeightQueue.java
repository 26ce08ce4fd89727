package io.reanchor.exchange;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Lets a recovery begin when the exchange has weight for all of it. A recovery that began and then finds too little loses the time of its
 * operation with waiting, and rolls back; one that waits here loses nothing. The weight is set aside at each source's host, since the
 * next source is asked when one fails; what isn't spent is given back when the recovery is {@link #done}.
 *
 * <p>Who waits holds a place by priority, then by arrival, and asks again when it is told to. Nothing is kept but in memory: a place that
 * isn't asked for again is forgotten, and taken anew at the same arrival when it is. It is one process's; so is the budget. Never
 * blocks. Thread-safe.
 */
public final class WeightQueue {
    /** The exchange's clock is asked for no symbol: for the book, the trades, and the klines twice. */
    private static final int TIMES = 4;

    private static final int EXCHANGE_INFO = 20;
    private static final int AGG_TRADES = 4;
    private static final int KLINES = 2;

    /** Aggregate trades of so much time fill a page in a lively market; a quieter one gives the rest back. */
    private static final Duration PAGE = Duration.ofSeconds(100);

    /** Of a period, after how much of it those ask again whose turn may come when others give back what they don't need. */
    private static final int SOON = 40;

    /** Of a period, over how much of it those are spread that begin with it. */
    private static final int SPREAD = 10;

    /** How much later than told a place is asked for again before it is forgotten. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /**
     * @param run the run that asks: asking again, also after a lost answer, changes nothing
     * @param symbol whose state it recovers
     * @param priority the higher goes first
     * @param arrived when it began to wait; the earlier goes first
     * @param lease how long what is set aside may stay so, should nobody say that it is done
     */
    public record Ticket(String run, String symbol, int priority, Instant arrived, Duration lease) {}

    /**
     * @param granted whether the recovery may begin
     * @param askAgain after how long to ask again, at the longest a period; zero when granted
     * @param position place among those who wait, from 1
     * @param waiting how many wait, this one among them
     * @param expected after how long its turn comes, by what recoveries weigh and what is left
     * @param why what is missing
     */
    public record Answer(boolean granted, Duration askAgain, int position, int waiting, Duration expected, String why) {
        static final Answer GRANTED = new Answer(true, Duration.ZERO, 0, 0, Duration.ZERO, "");
    }

    private record Place(Ticket ticket, long weight, Instant until) {
        static final Comparator<Place> ORDER = Comparator.comparing(
                Place::ticket,
                Comparator.comparingInt(Ticket::priority)
                        .reversed()
                        .thenComparing(Ticket::arrived)
                        .thenComparing(Ticket::run));
    }

    private record Lease(String run, Instant until) {}

    private final List<WeightBudget> budgets;
    private final RecoveryWeight weights;
    private final InstantSource clock;
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Lease> leases = new HashMap<>();

    /**
     * @param budgets of each source, in any order; without one everybody may begin at once
     * @param depthLimit levels a side of a snapshot
     * @param lookBack from when on trades are asked for
     */
    public WeightQueue(Collection<WeightBudget> budgets, int depthLimit, Duration lookBack, InstantSource clock) {
        this.budgets = List.copyOf(new LinkedHashSet<>(budgets));
        long pages = 1 + lookBack.dividedBy(PAGE);
        this.weights = new RecoveryWeight(
                TIMES + EXCHANGE_INFO + BinanceSpotRest.depthWeight(depthLimit) + 2 * KLINES, AGG_TRADES * pages);
        this.clock = clock;
    }

    /** Asks to begin; the answer tells when to ask again. */
    public synchronized Answer ask(Ticket ticket) {
        Instant now = clock.instant();
        forget(now);
        Lease held = leases.get(ticket.symbol());
        if (held != null && held.run().equals(ticket.run())) {
            return Answer.GRANTED;
        }
        Place mine = new Place(ticket, weight(ticket.symbol()), now);
        List<Place> ahead = places.values().stream()
                .filter(place -> !place.ticket().run().equals(ticket.run()) && Place.ORDER.compare(place, mine) < 0)
                .toList();
        long needed = mine.weight() + ahead.stream().mapToLong(Place::weight).sum();
        List<WeightBudget> open =
                budgets.stream().filter(budget -> budget.closedFor().isZero()).toList();
        WeightBudget tightest =
                open.stream().min(Comparator.comparingLong(WeightQueue::free)).orElse(null);
        if (budgets.isEmpty() || (tightest != null && needed <= free(tightest))) {
            grant(mine, now);
            return Answer.GRANTED;
        }
        Answer wait = tightest == null ? closed(ahead.size() + 1) : wait(tightest, needed, ahead.size() + 1);
        places.put(
                ticket.run(),
                new Place(ticket, mine.weight(), now.plus(wait.askAgain()).plus(GRACE)));
        return new Answer(false, wait.askAgain(), wait.position(), places.size(), wait.expected(), wait.why());
    }

    /** The recovery asks the exchange for nothing more. Saying it twice, or for a run that never began, is harmless. */
    public synchronized void done(String symbol, String run) {
        Lease held = leases.get(symbol);
        if (held != null && held.run().equals(run)) {
            leases.remove(symbol);
            release(symbol);
        }
    }

    /** How many recoveries wait. */
    public synchronized int waiting() {
        forget(clock.instant());
        return places.size();
    }

    /** What a recovery of the symbol is expected to weigh at most. */
    long weight(String symbol) {
        long limit = budgets.stream().mapToLong(WeightBudget::limit).min().orElse(Long.MAX_VALUE);
        return Math.min(limit, weights.expected(symbol));
    }

    private void grant(Place place, Instant now) {
        Ticket ticket = place.ticket();
        places.remove(ticket.run());
        leases.put(ticket.symbol(), new Lease(ticket.run(), now.plus(ticket.lease())));
        budgets.forEach(budget -> budget.reserve(ticket.symbol(), place.weight()));
    }

    private void release(String symbol) {
        long spent =
                budgets.stream().mapToLong(budget -> budget.release(symbol)).sum();
        if (spent > 0) {
            weights.learn(symbol, spent + TIMES);
        }
    }

    private void forget(Instant now) {
        places.values().removeIf(place -> place.until().isBefore(now));
        List<String> over = new ArrayList<>();
        leases.forEach((symbol, lease) -> {
            if (lease.until().isBefore(now)) {
                over.add(symbol);
            }
        });
        over.forEach(symbol -> {
            leases.remove(symbol);
            budgets.forEach(budget -> budget.release(symbol));
        });
    }

    private static long free(WeightBudget budget) {
        return budget.available() - budget.reserved();
    }

    private Answer closed(int position) {
        Duration opens = budgets.stream()
                .map(WeightBudget::closedFor)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Duration again = least(opens, longest());
        return answer(again, position, opens, "the exchange refuses every request until then");
    }

    private Answer wait(WeightBudget tightest, long needed, int position) {
        long free = free(tightest);
        long missing = needed - free;
        long limit = tightest.limit();
        Duration period = tightest.period();
        Duration expected = tightest.untilRefill().plus(period.multipliedBy((missing - 1) / limit));
        boolean soon = missing <= leases.size() * (weights.spare() + TIMES);
        Duration spread =
                period.multipliedBy((missing - 1) % limit).dividedBy(limit).dividedBy(SPREAD);
        Duration again = soon ? least(period.dividedBy(SOON), expected) : least(expected.plus(spread), period);
        return answer(
                again,
                position,
                expected,
                "of %d weight %d are left, %d of them set aside for recoveries that go on; this one and those before it take %d"
                        .formatted(limit, tightest.available(), tightest.reserved(), needed));
    }

    private static Answer answer(Duration again, int position, Duration expected, String why) {
        return new Answer(false, again, position, position, expected, why);
    }

    private Duration longest() {
        return budgets.stream()
                .map(WeightBudget::period)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
