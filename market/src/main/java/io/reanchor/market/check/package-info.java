/**
 * The checks that a staged state must pass before it goes live. They judge what was read back from where it is staged, not what
 * was in memory, and they know no clock: all times come from the exchange.
 */
@NullMarked
package io.reanchor.market.check;

import org.jspecify.annotations.NullMarked;
