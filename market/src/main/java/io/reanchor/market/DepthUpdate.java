package io.reanchor.market;

/**
 * What changed in the book between two update ids. Quantities are absolute; zero takes the level away.
 *
 * @param firstUpdateId first update id it contains, {@code U}
 * @param finalUpdateId last update id it contains, {@code u}
 * @param eventTime epoch milliseconds by the exchange's clock
 * @param bids changed bid levels
 * @param asks changed ask levels
 */
public record DepthUpdate(long firstUpdateId, long finalUpdateId, long eventTime, PriceLevels bids, PriceLevels asks) {
    public DepthUpdate {
        if (firstUpdateId < 0 || firstUpdateId > finalUpdateId) {
            throw new IllegalArgumentException(
                    "depth update %d..%d: expected 0 <= first id <= final id".formatted(firstUpdateId, finalUpdateId));
        }
    }
}
