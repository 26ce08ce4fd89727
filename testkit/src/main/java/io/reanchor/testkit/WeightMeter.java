package io.reanchor.testkit;

import java.time.Duration;
import java.time.Instant;

/** Counts request weight by the calendar minute of the exchange's clock, as Binance does. Thread-safe. */
final class WeightMeter {
    private final int limit;
    private final long period;
    private long minute = -1;
    private int used;
    private long total;
    private int refused;

    /** @param period how long the exchange's minute is: shorter than one where time is compressed */
    WeightMeter(int limit, Duration period) {
        this.limit = limit;
        this.period = period.toMillis();
    }

    /** @return the seconds to wait, zero when the weight was there */
    synchronized int spend(int weight, Instant now) {
        long time = now.toEpochMilli();
        if (time / period != minute) {
            minute = time / period;
            used = 0;
        }
        if (used + weight > limit) {
            refused++;
            return (int) ((period - time % period + 999) / 1000);
        }
        used += weight;
        total += weight;
        return 0;
    }

    /** Of all minutes. */
    synchronized long total() {
        return total;
    }

    /** How many requests came when the weight was used up. */
    synchronized int refused() {
        return refused;
    }

    synchronized int used() {
        return used;
    }
}
