package io.reanchor.testkit;

import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PriceLevel;
import io.reanchor.market.Trade;

/** What a simulated market sends its listeners, in the order in which it happens. */
public sealed interface MarketEvent {
    /** The book's changes of the last 100 ms. */
    record Depth(DepthUpdate update) implements MarketEvent {}

    /** One raw trade. */
    record Print(Trade trade) implements MarketEvent {}

    /** The best bid and ask at an update id. */
    record Ticker(long updateId, PriceLevel bid, PriceLevel ask) implements MarketEvent {}
}
