package io.reanchor.market;

/** How a venue's depth updates follow one another. Implementations are stateless and thread-safe. */
public interface SequenceRule {

    /** What to do with an update. */
    enum Verdict {
        /** It continues the book. */
        APPLY,
        /** The book contains it already. */
        STALE,
        /** Updates between the book and this one are missing: applying it would make the book untrue. */
        GAP
    }

    /** Judges an update against a book that contains all up to {@code lastUpdateId}. */
    Verdict judge(long lastUpdateId, DepthUpdate update);

    /**
     * Binance spot: stale when {@code u <= id}, applied when {@code U <= id+1 <= u}, a gap when {@code U > id+1}. So the first
     * update after a snapshot may straddle it or follow it at once. Source: binance-spot-api-docs, web-socket-streams.
     */
    SequenceRule BINANCE_SPOT = (lastUpdateId, update) -> update.finalUpdateId() <= lastUpdateId
            ? Verdict.STALE
            : update.firstUpdateId() <= lastUpdateId + 1 ? Verdict.APPLY : Verdict.GAP;
}
