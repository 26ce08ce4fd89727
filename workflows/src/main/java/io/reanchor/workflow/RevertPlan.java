package io.reanchor.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a revert does, or would do.
 *
 * @param symbol whose state
 * @param generation the live generation, which is undone
 * @param back the generation that comes back, empty for a state from before the first cut-over
 * @param live where live is
 * @param old where the state is that comes back
 * @param reached where the journals carry that one on to
 * @param carried whether that is as far as live is: then nothing is thrown away
 * @param thrownAway what readers lose otherwise, a line an item
 * @param leftMs for how many milliseconds the old state is kept yet
 */
public record RevertPlan(
        String symbol,
        String generation,
        String back,
        Where live,
        Where old,
        Where reached,
        boolean carried,
        List<String> thrownAway,
        long leftMs) {
    public RevertPlan {
        thrownAway = List.copyOf(thrownAway);
    }

    /**
     * The ids of a state.
     *
     * @param lastUpdateId of the book, null when there is none
     * @param lastTradeId of the bars, of the key that is behind; null when there is none
     */
    public record Where(
            @Nullable Long lastUpdateId, @Nullable Long lastTradeId) {}
}
