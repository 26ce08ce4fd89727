package io.reanchor.exchange;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;

/** Takes what was read; each event is passed over unless overridden. */
public interface MarketEvents {

    /** A change of the order book. */
    default void depthUpdate(String symbol, DepthUpdate update) {}

    /** A raw trade: first and last id are the same. */
    default void trade(String symbol, Trade trade) {}

    /** The best bid and ask. */
    default void bookTicker(String symbol, BookTicker ticker) {}

    /** A REST depth reply, which carries neither symbol nor time. */
    default void depthSnapshot(DepthSnapshot snapshot) {}

    /** Valid JSON that is none of the above, e.g. the answer to a subscription. */
    default void other() {}
}
