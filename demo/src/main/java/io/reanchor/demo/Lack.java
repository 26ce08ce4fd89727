package io.reanchor.demo;

import io.reanchor.workflow.FeedGap;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a writer from going on: the event in hand doesn't follow what is live.
 *
 * @param has the live key's own id, null when there is no live key
 * @param first the event's first id
 * @param last the event's last id: what a report names
 * @param since exchange time of the last trade that was applied, null when unknown or not a trade
 */
record Lack(
        @Nullable Long has, long first, long last, @Nullable Instant since) {

    /** How many ids are missing between. */
    long missing() {
        return has == null ? 0 : first - has - 1;
    }

    static FeedGap gap(@Nullable Lack book, @Nullable Lack bars) {
        return new FeedGap(
                firstOf(book),
                book == null ? null : book.last(),
                firstOf(bars),
                bars == null || bars.has() == null ? null : bars.last(),
                bars == null ? null : bars.since());
    }

    private static @Nullable Long firstOf(@Nullable Lack lack) {
        return lack == null || lack.has() == null ? null : lack.has() + 1;
    }
}
