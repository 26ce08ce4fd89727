package io.reanchor.demo.bench;

import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import java.time.Instant;
import java.util.List;

/** What a workflow would have accepted of keys that a bench staged by itself. */
final class AcceptedState {
    private AcceptedState() {}

    /**
     * Of the four keys; what only people read is left empty.
     *
     * @param against the live generation that it replaces
     */
    static StagedState of(StagedKey book, StagedKey bars1s, StagedKey bars5s, StagedKey features, String against) {
        StagedBook staged = new StagedBook(book, "bench", Instant.EPOCH, 0, 0, "", "", "", "", "0", 1, null, List.of());
        StagedBars bars = new StagedBars(
                bars1s, bars5s, "bench", Instant.EPOCH, 1L, bars1s.id(), "1", 0, 0, 0, List.of(), List.of());
        return new StagedState(staged, bars, new StagedFeatures(features, 0, List.of()), against);
    }
}
