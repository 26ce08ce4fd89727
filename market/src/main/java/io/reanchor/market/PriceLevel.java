package io.reanchor.market;

import java.math.BigDecimal;

/**
 * One price and what stands there.
 *
 * @param price in quote currency, exact
 * @param quantity in base currency, exact and absolute; in a {@link DepthUpdate} zero takes the level away
 */
public record PriceLevel(BigDecimal price, BigDecimal quantity) {
    public PriceLevel {
        price = Decimals.canonical(price);
        quantity = Decimals.canonical(quantity);
    }

    /** {@code 61837.63 x 0.25}. */
    @Override
    public String toString() {
        return Decimals.text(price) + " x " + Decimals.text(quantity);
    }
}
