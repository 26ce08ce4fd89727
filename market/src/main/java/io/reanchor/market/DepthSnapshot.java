package io.reanchor.market;

/**
 * The whole book, as far as the exchange tells, at one update id.
 *
 * @param lastUpdateId the last update that the levels contain
 * @param bids in any order
 * @param asks in any order
 */
public record DepthSnapshot(long lastUpdateId, PriceLevels bids, PriceLevels asks) {}
