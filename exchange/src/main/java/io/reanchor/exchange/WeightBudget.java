package io.reanchor.exchange;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/**
 * How much request weight may still be spent at one host. Exchanges count per address and per calendar minute, so all of a
 * process shares one budget a host, and it refills on the minute, not gradually: a bucket that refills as it is emptied
 * would allow nearly twice the limit within one of the exchange's minutes.
 *
 * <p>The minute is the exchange's, by its clock as far as it was asked for. Nobody knows it to the millisecond, and a request travels. So what is spent within a second of the turn counts
 * for both minutes: in whichever the exchange counts it, neither gets more than the limit.
 *
 * <p>A recovery's weight can be {@linkplain #reserve reserved}; that binds those who reserve, not those who spend. Never blocks: who
 * finds too little is told how long to wait. Thread-safe.
 */
public final class WeightBudget {
    /** Binance spot: 6000 a minute. */
    public static final int BINANCE_SPOT_LIMIT = 6000;

    /** Of a period, how near its turn a request may be counted on either side: a second of a minute. */
    private static final int TURN_SHARE = 60;

    private static final Map<String, WeightBudget> SHARED = new ConcurrentHashMap<>();

    private final InstantSource clock;
    private final int limit;
    private final long period;
    private final long nearTurn;
    private final TreeMap<Long, Long> used = new TreeMap<>();
    private final Map<String, Reserved> reserved = new HashMap<>();
    private Instant closedUntil = Instant.EPOCH;
    /** Of the exchange's clock, before ours, in milliseconds. */
    private long ahead;

    private static final class Reserved {
        long left;
        long spent;
    }

    /**
     * @param limit weight a period
     * @param period one minute at an exchange; shorter where time is compressed
     * @param clock tells where a period begins: at multiples of it since the epoch
     */
    public WeightBudget(int limit, Duration period, InstantSource clock) {
        this.limit = limit;
        this.period = period.toMillis();
        this.nearTurn = Math.max(1, this.period / TURN_SHARE);
        this.clock = clock;
    }

    /** The one budget of this process at the host of {@code baseUrl}. */
    public static WeightBudget sharedFor(URI baseUrl) {
        return SHARED.computeIfAbsent(
                baseUrl.getHost() + ":" + baseUrl.getPort(),
                host -> new WeightBudget(BINANCE_SPOT_LIMIT, Duration.ofMinutes(1), Clock.systemUTC()));
    }

    /** {@link #spend(int, String)} for nobody's recovery. */
    public Duration spend(int weight) {
        return spend(weight, "");
    }

    /**
     * Spends {@code weight} if there is enough.
     *
     * @param symbol whose recovery it is for: what was reserved for it shrinks
     * @return zero when it was spent, else how long to wait before there may be enough
     */
    public synchronized Duration spend(int weight, String symbol) {
        if (weight > limit) {
            throw new IllegalArgumentException("weight %d is more than the limit %d".formatted(weight, limit));
        }
        Duration closed = closedFor();
        if (!closed.isZero()) {
            return closed;
        }
        long now = time();
        forgetBefore(now);
        long full = periods(now)
                .filter(p -> used.getOrDefault(p, 0L) + weight > limit)
                .max()
                .orElse(-1);
        if (full >= 0) {
            return Duration.ofMillis(endOf(full) - now);
        }
        periods(now).forEach(p -> used.merge(p, (long) weight, Long::sum));
        Reserved mine = reserved.get(symbol);
        if (mine != null) {
            mine.left = Math.max(0, mine.left - weight);
            mine.spent += weight;
        }
        return Duration.ZERO;
    }

    /** {@link #observed(long, Instant)} of a request sent now. */
    public void observed(long count) {
        observed(count, clock.instant());
    }

    /**
     * The exchange's own count, as {@code X-MBX-USED-WEIGHT-1M} has it. It only ever lowers what is left: others may share our address.
     *
     * @param sent when the request was sent, by our clock; near a turn the count is taken for the earlier minute's
     */
    public synchronized void observed(long count, Instant sent) {
        long counted = Math.max(0, Math.min(limit, count));
        used.merge(periods(sent.toEpochMilli() + ahead).min().orElseThrow(), counted, Math::max);
    }

    /**
     * What the exchange's clock was: its minute is what counts, and a clock that is off by more than a second would take a count of the minute
     * before for this one's.
     *
     * @param sent when it was asked, by our clock
     * @param received when the answer was there
     */
    public synchronized void exchangeTime(Instant exchange, Instant sent, Instant received) {
        long roundTrip = Duration.between(sent, received).toMillis();
        if (roundTrip / 2 <= nearTurn) { // a slow answer tells less than what is known
            long before = ahead;
            long spent = limit - available();
            ahead = exchange.toEpochMilli() - (sent.toEpochMilli() + roundTrip / 2);
            if (Math.abs(ahead - before) > nearTurn) { // what was spent was taken for another minute's
                periods(time()).forEach(p -> used.merge(p, spent, Math::max));
            }
        }
    }

    /** The exchange refuses until {@code wait} has passed; asking before that earns a ban. */
    public synchronized void closeFor(Duration wait) {
        Instant until = clock.instant().plus(wait);
        closedUntil = until.isAfter(closedUntil) ? until : closedUntil;
    }

    /** For how long the exchange refuses still; zero when it doesn't. */
    public synchronized Duration closedFor() {
        Duration closed = Duration.between(clock.instant(), closedUntil);
        return closed.isNegative() ? Duration.ZERO : closed;
    }

    /** What is left in this period, reserved or not. */
    public synchronized long available() {
        long now = time();
        return limit - periods(now).map(p -> used.getOrDefault(p, 0L)).max().orElse(0);
    }

    /** What is reserved and not yet spent. */
    synchronized long reserved() {
        return reserved.values().stream().mapToLong(r -> r.left).sum();
    }

    /** Sets {@code weight} aside for one recovery of the symbol; what was set aside for it before is forgotten. */
    synchronized void reserve(String symbol, long weight) {
        Reserved mine = new Reserved();
        mine.left = weight;
        reserved.put(symbol, mine);
    }

    /** Gives back what the recovery didn't spend, and returns what it did. */
    synchronized long release(String symbol) {
        Reserved mine = reserved.remove(symbol);
        return mine == null ? 0 : mine.spent;
    }

    Instant now() {
        return clock.instant();
    }

    int limit() {
        return limit;
    }

    Duration period() {
        return Duration.ofMillis(period);
    }

    /** How long until what was spent in this period counts no more. */
    synchronized Duration untilRefill() {
        long now = time();
        return Duration.ofMillis(endOf(periods(now).min().orElseThrow()) - now);
    }

    /** By the exchange's clock, as far as it is known. */
    private long time() {
        return clock.millis() + ahead;
    }

    private void forgetBefore(long now) {
        used.headMap(periods(now).min().orElseThrow()).clear();
    }

    private LongStream periods(long time) {
        return LongStream.rangeClosed(
                Math.floorDiv(time - nearTurn, period), Math.floorDiv(time + nearTurn - 1, period));
    }

    private long endOf(long index) {
        return (index + 1) * period + nearTurn;
    }
}
