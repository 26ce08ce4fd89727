package io.reanchor.workflow;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to put the state back that the last cut-over replaced.
 *
 * @param symbol whose state
 * @param generation the live generation that is to be undone; null for the live one, if a recovery made it. To undo a revert, name it
 * @param dryRun only tell what would be done
 * @param pauseSeconds for how long recoveries of the symbol are refused afterwards, {@value #LONGEST_PAUSE} at most; 0 for not at all. Only
 *     with a pause a state is put back that no journal carries on to where live is: without, the gap would be recovered again at once
 * @param reason why, in the operator's words
 * @param requestedBy who asks
 */
public record RevertRequest(
        String symbol,
        @Nullable String generation,
        boolean dryRun,
        int pauseSeconds,
        String reason,
        String requestedBy) {

    /** Within the day that a run may take. */
    public static final int LONGEST_PAUSE = 72_000;

    private static final String GENERATION = "[0-9]{1,15}-[0-9A-Za-z.:_-]{1,100}";

    public RevertRequest {
        reason = Objects.requireNonNullElse(reason, "");
        requestedBy = Objects.requireNonNullElse(requestedBy, "");
    }

    /**
     * Refuses what can't be asked; the client and the workflow call it.
     *
     * @throws IllegalArgumentException saying what was expected and found
     */
    public static RevertRequest requireValid(@Nullable RevertRequest request) {
        if (request == null) {
            throw new IllegalArgumentException("there is no request: expected at least {\"symbol\": \"BTCUSDT\"}");
        }
        ReanchorRequest.requireSymbol(request.symbol());
        String generation = request.generation();
        if (generation != null && !generation.matches(GENERATION)) {
            throw new IllegalArgumentException("generation: expected <n>-<token>, as the receipt has it");
        }
        if (request.pauseSeconds() < 0 || request.pauseSeconds() > LONGEST_PAUSE) {
            throw new IllegalArgumentException(
                    "pauseSeconds must be 0 to %d, not %d".formatted(LONGEST_PAUSE, request.pauseSeconds()));
        }
        ReanchorRequest.requireShort("reason", request.reason());
        ReanchorRequest.requireShort("requestedBy", request.requestedBy());
        return request;
    }

    /** Why recoveries are refused, or the state went back: as a request of the symbol, for those who look at its status. */
    ReanchorRequest asRecovery(FeedGap gap) {
        return new ReanchorRequest(symbol, gap, reason, requestedBy, null);
    }
}
