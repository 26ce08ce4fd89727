package io.reanchor.workflow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a feed lost, as far as its reporter knows. Every part is optional; a gap that names nothing means "rebuild to now".
 *
 * <p>A report names the event in hand: {@code lastUpdateId} is the final update id {@code u} of the first depth update that
 * showed the gap, never the id of the last one missing, since a snapshot may end inside a depth update.
 *
 * @param firstUpdateId first order-book update id that may be missing, or null
 * @param lastUpdateId final update id of the event that showed the gap; the rebuilt book must reach it, or null
 * @param firstTradeId first raw trade id that may be missing, or null
 * @param lastTradeId last raw trade id that the rebuilt bars must reach, or null
 * @param since exchange time from which trades may be missing, or null for the configured look-back
 */
public record FeedGap(
        @Nullable Long firstUpdateId,
        @Nullable Long lastUpdateId,
        @Nullable Long firstTradeId,
        @Nullable Long lastTradeId,
        @Nullable Instant since) {

    /**
     * The largest id that a gap can name, 2^53 - 1: beyond it the scripts of writers, in Lua, don't count exactly. No exchange gets
     * there; a report that names more would be waited for until the deadline, each time.
     */
    public static final long MAX_ID = (1L << 53) - 1;

    /** A gap of which nothing is known. */
    public static final FeedGap UNKNOWN = new FeedGap(null, null, null, null, null);

    /** @throws IllegalArgumentException naming the ids that can't be */
    FeedGap requireValid() {
        requireOrdered("update ids", firstUpdateId, lastUpdateId);
        requireOrdered("trade ids", firstTradeId, lastTradeId);
        return this;
    }

    private static void requireOrdered(String what, @Nullable Long first, @Nullable Long last) {
        if (!isId(first) || !isId(last)) {
            throw new IllegalArgumentException(
                    "%s %s..%s: expected ids from 0 to %d".formatted(what, first, last, MAX_ID));
        }
        if (first != null && last != null && first > last) {
            throw new IllegalArgumentException("%s %s..%s: the first is past the last".formatted(what, first, last));
        }
    }

    private static boolean isId(@Nullable Long id) {
        return id == null || (id >= 0 && id <= MAX_ID);
    }

    /** Whether trades may be missing from nobody knows when. One that names update ids alone is about the book. */
    boolean wantsLookBack() {
        boolean aboutTheBookAlone = lastTradeId == null && (firstUpdateId != null || lastUpdateId != null);
        return since == null && firstTradeId == null && !aboutTheBookAlone;
    }

    /** Whether it can be told from ids that this gap is covered. */
    boolean namesItsEnd() {
        boolean book = lastUpdateId != null || firstUpdateId == null;
        boolean trades = lastTradeId != null || firstTradeId == null;
        return book && trades && (lastUpdateId != null || lastTradeId != null);
    }

    /** The smallest gap that contains both; an unknown bound of one yields to the known bound of the other. */
    public FeedGap union(FeedGap other) {
        return new FeedGap(
                least(firstUpdateId, other.firstUpdateId),
                greatest(lastUpdateId, other.lastUpdateId),
                least(firstTradeId, other.firstTradeId),
                greatest(lastTradeId, other.lastTradeId),
                least(since, other.since));
    }

    private static <T extends Comparable<T>> @Nullable T least(@Nullable T a, @Nullable T b) {
        return a == null ? b : b == null || a.compareTo(b) <= 0 ? a : b;
    }

    private static <T extends Comparable<T>> @Nullable T greatest(@Nullable T a, @Nullable T b) {
        return a == null ? b : b == null || a.compareTo(b) >= 0 ? a : b;
    }
}
