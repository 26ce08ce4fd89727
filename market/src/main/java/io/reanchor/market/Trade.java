package io.reanchor.market;

import java.math.BigDecimal;

/**
 * One trade, or an aggregate of raw trades at one price.
 *
 * @param firstTradeId first raw trade id it covers
 * @param lastTradeId last raw trade id it covers; the same for a single trade
 * @param price in quote currency, exact
 * @param quantity in base currency, exact
 * @param time epoch milliseconds by the exchange's clock
 * @param buyerIsMaker true when the taker sold
 */
public record Trade(
        long firstTradeId, long lastTradeId, BigDecimal price, BigDecimal quantity, long time, boolean buyerIsMaker) {
    public Trade {
        if (firstTradeId < 0 || firstTradeId > lastTradeId) {
            throw new IllegalArgumentException(
                    "trade %d..%d: expected 0 <= first id <= last id".formatted(firstTradeId, lastTradeId));
        }
        if (time < 0) {
            throw new IllegalArgumentException(
                    "trade %d: time %d: expected epoch milliseconds".formatted(firstTradeId, time));
        }
        price = Decimals.canonical(price);
        quantity = Decimals.canonical(quantity);
    }

    /** How many raw trades it covers. */
    public long count() {
        return lastTradeId - firstTradeId + 1;
    }
}
