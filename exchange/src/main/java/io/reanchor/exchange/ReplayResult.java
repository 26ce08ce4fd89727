package io.reanchor.exchange;

/**
 * What a replay found; the same in every pass but for the last figure.
 *
 * @param symbol whose events were replayed
 * @param passes how often the recording was replayed, warming up not counted
 * @param matched tickers that agree with the book, price and size of both sides, to the last decimal
 * @param compared tickers whose update id is the end of an applied depth update
 * @param gaps how often updates were missing; the book stands still from there until the next fitting snapshot
 * @param crossed applied updates after which the best bid was at or above the best ask
 * @param depthUpdates depth updates in the recording
 * @param applied depth updates that continued the book; the others came before the snapshot, or behind a gap
 * @param levelChanges levels of the applied updates
 * @param levelChangesPerSecond of all passes, parsing included
 * @param trades trades in the recording
 * @param lastUpdateId the book's id at the end
 * @param bestBid at the end, as {@code price x quantity}, empty when there is none
 * @param bestAsk at the end
 * @param digest the book's digest at the end
 */
public record ReplayResult(
        String symbol,
        int passes,
        long matched,
        long compared,
        long gaps,
        long crossed,
        long depthUpdates,
        long applied,
        long levelChanges,
        long levelChangesPerSecond,
        long trades,
        long lastUpdateId,
        String bestBid,
        String bestAsk,
        String digest) {}
