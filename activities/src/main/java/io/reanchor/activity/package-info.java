/**
 * The steps of a recovery: thin, from the exchange through the market's own logic to Redis. Each step is an activity; what
 * makes it safe to try again, or to finish late, is the fence in {@code io.reanchor.redis}.
 */
@NullMarked
package io.reanchor.activity;

import org.jspecify.annotations.NullMarked;
