package io.reanchor.activity;

import io.reanchor.workflow.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a flight recording that was replayed.
 *
 * @param symbol whose recovery it was
 * @param outcome how it ended then; null when the recording doesn't tell
 * @param failures what failed then, a line each
 * @param points where the two were held against each other, in order
 * @param truncated whether the recording ends early because it grew too large
 */
public record ReplayedFlight(
        String symbol, @Nullable Outcome outcome, List<String> failures, List<Point> points, boolean truncated) {

    /** One of them. @param differences what isn't the same, a line each */
    public record Point(
            String what,
            @Nullable Long lastUpdateId,
            @Nullable Long lastTradeId,
            List<String> differences) {}

    /** Whether today's code rebuilds the same and decides the same, as far as the recording goes. */
    public boolean same() {
        return points.stream().allMatch(point -> point.differences().isEmpty());
    }
}
