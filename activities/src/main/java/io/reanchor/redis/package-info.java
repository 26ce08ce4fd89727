/**
 * A symbol's state in Redis: key names, the flag, fenced staging, the cut-over, its receipt and settling. {@link
 * io.reanchor.redis.MarketState} is the way in.
 */
@NullMarked
package io.reanchor.redis;

import org.jspecify.annotations.NullMarked;
