package io.reanchor.exchange;

/**
 * The exchange's word on the best bid and ask at one update id; all four decimals are
 * {@link io.reanchor.market.PackedDecimal}s.
 *
 * @param updateId the book's update id, {@code u}
 * @param bidPrice best bid; zero when there is none
 * @param bidQuantity what stands there
 * @param askPrice best ask; zero when there is none
 * @param askQuantity what stands there
 */
public record BookTicker(long updateId, long bidPrice, long bidQuantity, long askPrice, long askQuantity) {}
