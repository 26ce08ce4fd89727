package io.reanchor.live;

import java.time.Duration;

/**
 * Learns from a stream how long its silence may last before it is worth a doubt: so a stream that beats every 100 ms is doubted after a few
 * missed beats, and one with an event a minute isn't doubted for hearing nothing in ten seconds.
 *
 * <p>It listens to the exchange's own event times, which neither our stalls nor the network's stretch, and only to events that follow
 * each other without a gap: the silence of an outage is nothing to get used to. Doubted is what lasts longer than three mean
 * intervals and than the mean and {@value #SPREAD} standard deviations: of intervals that are exponentially distributed, as events
 * that know nothing of each other have them, one in eight thousand.
 *
 * <p>Not thread-safe.
 */
final class Rhythm {
    private static final int REMEMBERED = 64;
    private static final int ENOUGH = 8;
    private static final int BEATS = 3;
    private static final int SPREAD = 8;
    private static final Duration LEAST = Duration.ofMillis(250);
    private static final Duration MOST = Duration.ofMinutes(1);

    private final long[] intervals = new long[REMEMBERED];
    private int heard;
    private long last = -1;

    /**
     * Hears an event.
     *
     * @param eventTime the exchange's, epoch milliseconds
     * @param continues whether nothing is missing between it and the one before
     */
    void beat(long eventTime, boolean continues) {
        if (continues && last >= 0 && eventTime >= last) {
            intervals[heard++ % REMEMBERED] = eventTime - last;
        }
        last = Math.max(last, eventTime);
    }

    /** How long silence may last; until a few intervals were heard, {@link #MOST}. */
    Duration patience() {
        int known = Math.min(heard, REMEMBERED);
        if (known < ENOUGH) {
            return MOST;
        }
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < known; i++) {
            sum += intervals[i];
            squares += (double) intervals[i] * intervals[i];
        }
        double mean = sum / known;
        double deviation = Math.sqrt(Math.max(0, squares / known - mean * mean));
        Duration learnt = Duration.ofMillis((long) Math.ceil(Math.max(BEATS * mean, mean + SPREAD * deviation)));
        return learnt.compareTo(LEAST) < 0 ? LEAST : learnt.compareTo(MOST) > 0 ? MOST : learnt;
    }
}
