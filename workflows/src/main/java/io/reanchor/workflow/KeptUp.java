package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where what is staged was when it was last brought to the journals' end.
 *
 * @param at when, by the worker's clock
 * @param lastUpdateId of the staged book
 * @param lastTradeId of the staged bars
 * @param behindMs for how long the oldest event that it lacks has stood in the journal; null without a journal
 * @param lost update ids between the live book and the staged one that stood in no journal then, at most 32 spans
 */
public record KeptUp(
        Instant at,
        @Nullable Long lastUpdateId,
        @Nullable Long lastTradeId,
        @Nullable Long behindMs,
        List<IdSpan> lost) {
    public KeptUp {
        lost = lost == null ? List.of() : List.copyOf(lost); // older workers tell none
    }
}
