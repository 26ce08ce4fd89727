package io.reanchor.workflow;

import java.util.List;

/**
 * All that is staged for one cut-over, as the workflow accepted it.
 *
 * @param book the staged order book
 * @param bars the staged trade bars
 * @param features the staged features, made of exactly this book and these bars
 * @param against generation that was live when staging began, empty when there was none
 */
public record StagedState(StagedBook book, StagedBars bars, StagedFeatures features, String against) {
    /** The same, and what stood in the journals while it was kept up: by the time of the cut-over they may have been trimmed of it. */
    StagedState with(KeptUp kept) {
        return with(kept.lost());
    }

    /** The same with these update ids lost. */
    public StagedState with(List<IdSpan> lost) {
        return new StagedState(book.with(lost), bars, features, against);
    }
}
