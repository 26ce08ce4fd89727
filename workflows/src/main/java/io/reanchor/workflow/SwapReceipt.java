package io.reanchor.workflow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Proof of a cut-over, as installed with it in {@code meta:S}.
 *
 * @param generation {@code <n>-<token>}, unique for ever
 * @param replaced the generation that was live before, empty when there was none
 * @param lastUpdateId the book's update id
 * @param lastTradeId the bars' last raw trade id, or null when there was no trade
 * @param at the worker's clock when the transaction was sent
 * @param attempts how many transactions were tried; more than one when live keys moved meanwhile
 * @param resolved true when the reply was lost and the outcome was read from the receipt
 * @param replication on how many replicas it was, or null when none were asked for
 * @param quality what the new state can't promise; null when a later cut-over's receipt has taken the place of this one's
 * @param live what went live, as it was read right before the transaction; null when the outcome was read from the receipt, and in a
 *     result, which tells it as its book and bars
 * @param followed where live was after the journals had been replayed onto it; null when that wasn't done
 */
public record SwapReceipt(
        String generation,
        String replaced,
        long lastUpdateId,
        @Nullable Long lastTradeId,
        Instant at,
        int attempts,
        boolean resolved,
        @Nullable Replication replication,
        @Nullable DataQuality quality,
        @Nullable StagedState live,
        @Nullable Followed followed) {

    /** The same cut-over, and how far it was replicated. */
    public SwapReceipt with(@Nullable Replication reached) {
        return of(reached, live, followed);
    }

    /** The same cut-over, and where live was afterwards. */
    public SwapReceipt with(Followed reached) {
        return of(replication, live, reached);
    }

    /** The same cut-over, without what went live. */
    public SwapReceipt alone() {
        return of(replication, null, followed);
    }

    private SwapReceipt of(
            @Nullable Replication nowReplicated, @Nullable StagedState nowLive, @Nullable Followed nowFollowed) {
        return new SwapReceipt(
                generation,
                replaced,
                lastUpdateId,
                lastTradeId,
                at,
                attempts,
                resolved,
                nowReplicated,
                quality,
                nowLive,
                nowFollowed);
    }
}
