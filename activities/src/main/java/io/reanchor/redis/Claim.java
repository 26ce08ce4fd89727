package io.reanchor.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What claiming a symbol came to.
 *
 * @param mine whether the flag is ours now
 * @param holder whose it is otherwise, or null
 * @param left how long the holder's flag stands; zero when it is ours, or has no TTL
 */
public record Claim(boolean mine, @Nullable Token holder, Duration left) {}
