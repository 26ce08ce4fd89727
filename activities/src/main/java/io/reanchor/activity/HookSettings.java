package io.reanchor.activity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the hooks are ({@code re_anchor.hooks}). Each is the absolute path of a command, or an {@code http(s)} URL.
 *
 * @param beforeCutOver asked before a cut-over, or null
 * @param afterCutOver told after it, or null
 * @param timeout of one call
 */
public record HookSettings(
        @Nullable String beforeCutOver, @Nullable String afterCutOver, Duration timeout) {
    /** Nobody is asked. */
    public static final HookSettings NONE = new HookSettings(null, null, Duration.ofSeconds(5));
}
