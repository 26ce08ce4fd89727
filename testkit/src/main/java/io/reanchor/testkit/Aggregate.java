package io.reanchor.testkit;

import io.reanchor.market.Trade;

/** One taker order's fills at one price, under an id of its own. */
record Aggregate(long id, Trade trade) {}
