package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the state that went live can't promise, as {@code meta:S} says it too.
 *
 * @param lostUpdates update ids between the book that was live and the one that replaced it which stood in no journal when it went live: the book is whole
 *     without them, a history of its changes isn't; at most 32 spans
 * @param lostTrades raw trade ids that no source has any more, at most 32 spans; the bars lack them
 * @param partialBars bucket starts of the bars whose trades may not all be there, at most 32
 * @param trustedLow lowest price up to which the bids are whole: the snapshot told no more, levels beyond came from updates alone
 * @param trustedHigh highest price up to which the asks are whole
 * @param warmingUp features that need history which a rebuild doesn't have
 * @param journal the journal's update ids that continued the snapshot, or null when there was no journal
 */
public record DataQuality(
        List<IdSpan> lostUpdates,
        List<IdSpan> lostTrades,
        List<Instant> partialBars,
        String trustedLow,
        String trustedHigh,
        List<String> warmingUp,
        @Nullable IdSpan journal) {
    public DataQuality {
        lostUpdates = List.copyOf(lostUpdates);
        lostTrades = List.copyOf(lostTrades);
        partialBars = List.copyOf(partialBars);
        warmingUp = List.copyOf(warmingUp);
    }
}
