package io.reanchor.workflow;

import org.jspecify.annotations.Nullable;

/**
 * On how many replicas a cut-over or a roll-back was when it was answered, as {@code WAIT} said on the connection that wrote it. It
 * survives a failover only as far as that. A shortfall is told, never repaired by doing it again: it is done.
 *
 * @param asked how many were asked for ({@code redis.cutover.wait_replicas})
 * @param reached how many had it in time; null when that isn't known, since the connection broke
 * @param failure why it isn't known, or null
 */
public record Replication(
        int asked, @Nullable Integer reached, @Nullable String failure) {

    /** Whether fewer replicas than asked for are known to have it. */
    public boolean fellShort() {
        return reached == null || reached < asked;
    }
}
