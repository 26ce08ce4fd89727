package io.reanchor.exchange;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How much request weight may still be spent at one host. Exchanges count per address and per calendar minute, so all of a
 * process shares one budget a host, and it refills on the minute, not gradually: a bucket that refills as it is emptied
 * would allow nearly twice the limit within one of the exchange's minutes.
 *
 * <p>Never blocks: who finds too little is told how long to wait. Thread-safe.
 */
public final class WeightBudget {
    /** Binance spot: 6000 a minute. */
    public static final int BINANCE_SPOT_LIMIT = 6000;

    private static final Map<String, WeightBudget> SHARED = new ConcurrentHashMap<>();

    private final InstantSource clock;
    private final int limit;
    private final Bucket bucket;
    private final AtomicReference<Instant> closedUntil = new AtomicReference<>(Instant.EPOCH);

    /**
     * @param limit weight a period
     * @param period one minute at an exchange; shorter where time is compressed
     * @param clock tells where a period begins: at multiples of it since the epoch
     */
    public WeightBudget(int limit, Duration period, InstantSource clock) {
        this.limit = limit;
        this.clock = clock;
        long now = clock.millis();
        Instant refill = Instant.ofEpochMilli(now - Math.floorMod(now, period.toMillis()) + period.toMillis());
        this.bucket = Bucket.builder()
                .addLimit(bandwidth -> bandwidth.capacity(limit).refillIntervallyAligned(limit, period, refill))
                .withCustomTimePrecision(new WallTime(clock))
                .build();
    }

    /** The one budget of this process at the host of {@code baseUrl}. */
    public static WeightBudget sharedFor(URI baseUrl) {
        return SHARED.computeIfAbsent(
                baseUrl.getHost() + ":" + baseUrl.getPort(),
                host -> new WeightBudget(BINANCE_SPOT_LIMIT, Duration.ofMinutes(1), Clock.systemUTC()));
    }

    /**
     * Spends {@code weight} if there is enough.
     *
     * @return zero when it was spent, else how long to wait before there may be enough
     */
    public Duration spend(int weight) {
        if (weight > limit) {
            throw new IllegalArgumentException("weight %d is more than the limit %d".formatted(weight, limit));
        }
        Duration closed = Duration.between(clock.instant(), closedUntil.get());
        if (!closed.isNegative() && !closed.isZero()) {
            return closed;
        }
        var probe = bucket.tryConsumeAndReturnRemaining(weight);
        return probe.isConsumed() ? Duration.ZERO : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
    }

    /**
     * The exchange's own count, as {@code X-MBX-USED-WEIGHT-1M} has it. It only ever lowers what is left: others may share
     * our address, and a count from before the exchange's minute turned is no harm for longer than that minute.
     */
    public void observed(long used) {
        long excess = bucket.getAvailableTokens() - Math.max(0, limit - Math.max(0, used));
        if (excess > 0) {
            bucket.tryConsumeAsMuchAsPossible(excess);
        }
    }

    /** The exchange refuses until {@code wait} has passed; asking before that earns a ban. */
    public void closeFor(Duration wait) {
        Instant until = clock.instant().plus(wait);
        closedUntil.accumulateAndGet(until, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** What is left in this period. */
    public long available() {
        return bucket.getAvailableTokens();
    }

    private record WallTime(InstantSource clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            Instant now = clock.instant();
            return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
