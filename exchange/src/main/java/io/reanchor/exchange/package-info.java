/**
 * Where market data comes from: the {@link io.reanchor.exchange.MarketDataSource} port, its REST adapter for Binance's
 * spot format, the weight budget that adapter keeps to, and the ordered list of sources. Knows no Redis and no Temporal.
 */
@NullMarked
package io.reanchor.exchange;

import org.jspecify.annotations.NullMarked;
