package io.reanchor.exchange;

import io.reanchor.market.Trade;

/**
 * An aggregate trade: one taker order's fills at one price.
 *
 * @param id the aggregate's own id, by which an exchange pages; never to be mixed with raw trade ids
 * @param trade what was traded, with the raw trade ids that it covers
 */
public record AggTrade(long id, Trade trade) {}
