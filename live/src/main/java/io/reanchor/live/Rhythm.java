package io.reanchor.live;

import java.time.Duration;

/**
 * Learns from a stream how long its silence may last before it is worth a doubt: so a stream that beats every 100 ms is doubted after a few
 * missed beats, and one with an event a minute isn't doubted for hearing nothing in ten seconds.
 *
 * <p>It listens to the exchange's own event times, which neither our stalls nor the network's stretch, and only to events that follow
 * each other without a gap: the silence of an outage is nothing to get used to. Doubted is what lasts longer than three mean
 * intervals, than the mean and {@value #SPREAD} standard deviations (of intervals that are exponentially distributed, as events that know
 * nothing of each other have them, one in eight thousand), and than the longest interval remembered and a quarter of it. Events within
 * {@value #ONE_BEAT} ms are one beat: a taker's trades come in a bunch.
 *
 * <p>Not thread-safe.
 */
final class Rhythm {
    private static final int REMEMBERED = 128;
    private static final int ENOUGH = 8;
    private static final int BEATS = 3;
    private static final int SPREAD = 8;
    private static final int ONE_BEAT = 10;
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
        if (last >= 0 && eventTime < last + ONE_BEAT) {
            return;
        }
        if (continues && last >= 0) {
            intervals[heard++ % REMEMBERED] = eventTime - last;
        }
        last = eventTime;
    }

    /** How long silence may last; until a few intervals were heard, {@link #MOST}. */
    Duration patience() {
        int known = Math.min(heard, REMEMBERED);
        if (known < ENOUGH) {
            return MOST;
        }
        double sum = 0;
        double squares = 0;
        long longest = 0;
        for (int i = 0; i < known; i++) {
            sum += intervals[i];
            squares += (double) intervals[i] * intervals[i];
            longest = Math.max(longest, intervals[i]);
        }
        double mean = sum / known;
        double deviation = Math.sqrt(Math.max(0, squares / known - mean * mean));
        double most = Math.max(Math.max(BEATS * mean, mean + SPREAD * deviation), longest * 1.25);
        Duration learnt = Duration.ofMillis((long) Math.ceil(most));
        return learnt.compareTo(LEAST) < 0 ? LEAST : learnt.compareTo(MOST) > 0 ? MOST : learnt;
    }
}
