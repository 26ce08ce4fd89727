package io.reanchor.workflow;

/**
 * Raw trades that the bars lack.
 *
 * @param afterTradeId the last one that is there before the hole
 * @param beforeTradeId the first one that is there after it
 */
public record TradeHole(long afterTradeId, long beforeTradeId) {
    @Override
    public String toString() {
        return "trades %d to %d are missing".formatted(afterTradeId + 1, beforeTradeId - 1);
    }
}
