package io.reanchor.kit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code reanchor:events}: a symbol's new generation went live.
 *
 * @param id the entry's id, to go on from
 * @param symbol of the cut-over
 * @param generation that went live; seldom told twice, so what must happen once looks at it
 * @param replaced the generation before it; empty when there was none
 * @param lastUpdateId of the book as it went live, or null when it isn't told
 * @param lastTradeId of the bars as they went live, or null when there never was a trade
 * @param at when, by the service's clock, or null when it isn't told
 * @param fields all fields of the entry
 */
public record CutOverEvent(
        String id,
        String symbol,
        String generation,
        String replaced,
        @Nullable Long lastUpdateId,
        @Nullable Long lastTradeId,
        @Nullable Instant at,
        Map<String, String> fields) {
    public CutOverEvent {
        fields = Map.copyOf(fields);
    }
}
