/**
 * What the market says, as pure values: order book, trades, bars, features, and the checks that a rebuilt state must pass.
 * No Redis, no Temporal, no HTTP, and no clock of its own.
 */
@NullMarked
package io.reanchor.market;

import org.jspecify.annotations.NullMarked;
