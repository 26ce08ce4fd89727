package io.reanchor.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where live was when the journals had been replayed onto it after the cut-over, so that nothing waits for the feed's next event.
 *
 * @param lastUpdateId the live book's update id
 * @param lastTradeId the live bars' last raw trade id, or null when there was no trade
 * @param behindMs for how long, when the transaction was executed, the oldest event that the new book lacked had stood in the journal, by
 *     Redis's clock in milliseconds; 0 when it lacked none, null when nobody can tell: no journal, or the reply was lost
 * @param noticed what kept it from following, for the operator; empty as a rule
 */
public record Followed(
        @Nullable Long lastUpdateId,
        @Nullable Long lastTradeId,
        @Nullable Long behindMs,
        List<String> noticed) {
    public Followed {
        noticed = List.copyOf(noticed);
    }
}
