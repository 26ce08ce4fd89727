package io.reanchor.redis;

import org.jspecify.annotations.Nullable;

/**
 * Where the live keys are.
 *
 * @param generation the live generation, empty when there is none
 * @param lastUpdateId the live book's update id, or null when there is no live book
 * @param lastTradeId the higher of the two live bar keys' raw trade ids, or null when there is none
 */
public record LiveIds(
        String generation,
        @Nullable Long lastUpdateId,
        @Nullable Long lastTradeId) {}
