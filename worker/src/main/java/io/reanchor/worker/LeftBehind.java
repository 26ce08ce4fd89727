package io.reanchor.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.reanchor.redis.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What recoveries hold in Redis, as it was when last looked at: staged keys, and for how long the oldest flag has been seen. Alert on a flag that is
 * older than a recovery and its undo can take, approvals aside. Thread-safe.
 */
final class LeftBehind implements MeterBinder {
    /** Staged keys in Redis. */
    static final String STAGED_KEYS = "reanchor.staged.keys";
    /** For how long the oldest flag has been seen by this worker, which looks every half minute. */
    static final String OLDEST_FLAG = "reanchor.flag.oldest";

    private final InstantSource clock;
    private Map<String, Instant> seenSince = Map.of();
    private int stagedKeys;

    LeftBehind(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void seen(Unfinished unfinished) {
        Map<String, Instant> still = new HashMap<>();
        unfinished.flags().forEach((symbol, holder) -> {
            String flag = symbol + ' ' + holder; // another holder is another flag
            still.put(flag, seenSince.getOrDefault(flag, clock.instant()));
        });
        seenSince = still;
        stagedKeys = unfinished.stagedKeys();
    }

    private synchronized double oldestMillis() {
        return seenSince.values().stream()
                .mapToLong(since -> Duration.between(since, clock.instant()).toMillis())
                .max()
                .orElse(0);
    }

    private synchronized int stagedKeys() {
        return stagedKeys;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(STAGED_KEYS, this, LeftBehind::stagedKeys)
                .description("staged keys in Redis")
                .register(registry);
        TimeGauge.builder(OLDEST_FLAG, this, TimeUnit.MILLISECONDS, LeftBehind::oldestMillis)
                .description("for how long the oldest flag has been seen")
                .register(registry);
    }
}
