package io.reanchor.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the list of recoveries.
 *
 * @param symbol which symbol
 * @param workflowId id of its workflow
 * @param runId which run of it
 * @param state {@code RUNNING}, {@code COMPLETED} (committed), {@code FAILED} (rolled back), {@code CANCELED}, {@code TERMINATED},
 *     {@code TIMED_OUT}
 * @param startedAt when it started
 * @param endedAt when it ended, or null while it runs
 */
public record RecoverySummary(
        String symbol,
        String workflowId,
        String runId,
        String state,
        Instant startedAt,
        @Nullable Instant endedAt) {}
