package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What staging the snapshot left in Redis: a reference, never the book.
 *
 * @param key the staged book
 * @param source which market-data source served the snapshot
 * @param exchangeTime the exchange's clock, read before the depth request
 * @param bids number of bid levels
 * @param asks number of ask levels
 * @param bestBid as {@code price x quantity}, exact
 * @param bestAsk as {@code price x quantity}, exact
 * @param trustedLow lowest price the snapshot tells about
 * @param trustedHigh highest price the snapshot tells about
 * @param digest SHA-256 of the levels in price order, first 16 hex digits
 * @param fetches how many snapshots were fetched until one was fresh enough
 * @param journal the update ids of the journal that continued it, or null when there was no journal
 * @param lost update ids between the live book and this one that stand in no journal, at most 32 spans
 */
public record StagedBook(
        StagedKey key,
        String source,
        Instant exchangeTime,
        int bids,
        int asks,
        String bestBid,
        String bestAsk,
        String trustedLow,
        String trustedHigh,
        String digest,
        int fetches,
        @Nullable IdSpan journal,
        List<IdSpan> lost) {
    public StagedBook {
        lost = List.copyOf(lost);
    }

    /** The same book, as it stands now: what of the journal came after it was staged is in it. */
    public StagedBook with(
            StagedKey now,
            int nowBids,
            int nowAsks,
            String nowBestBid,
            String nowBestAsk,
            String nowDigest,
            List<IdSpan> nowLost) {
        return new StagedBook(
                now,
                source,
                exchangeTime,
                nowBids,
                nowAsks,
                nowBestBid,
                nowBestAsk,
                trustedLow,
                trustedHigh,
                nowDigest,
                fetches,
                continued(now.id()),
                nowLost);
    }

    /** The same with these update ids lost. */
    public StagedBook with(List<IdSpan> nowLost) {
        return with(key, bids, asks, bestBid, bestAsk, digest, nowLost);
    }

    private @Nullable IdSpan continued(@Nullable Long to) {
        Long from = journal == null ? key.id() : Long.valueOf(journal.first() - 1);
        return from == null || to == null || Objects.equals(to, key.id()) ? journal : new IdSpan(from + 1, to);
    }
}
