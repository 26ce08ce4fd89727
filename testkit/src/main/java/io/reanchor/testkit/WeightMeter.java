package io.reanchor.testkit;

import java.time.Instant;

/** Counts request weight by the calendar minute of the exchange's clock, as Binance does. Thread-safe. */
final class WeightMeter {
    private static final long MINUTE = 60_000;

    private final int limit;
    private long minute = -1;
    private int used;

    WeightMeter(int limit) {
        this.limit = limit;
    }

    /** @return the seconds to wait, zero when the weight was there */
    synchronized int spend(int weight, Instant now) {
        long time = now.toEpochMilli();
        if (time / MINUTE != minute) {
            minute = time / MINUTE;
            used = 0;
        }
        if (used + weight > limit) {
            return (int) ((MINUTE - time % MINUTE + 999) / 1000);
        }
        used += weight;
        return 0;
    }

    synchronized int used() {
        return used;
    }
}
