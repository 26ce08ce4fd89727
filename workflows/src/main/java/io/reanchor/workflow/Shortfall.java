package io.reanchor.workflow;

import io.temporal.workflow.Workflow;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells that fewer replicas than asked for have what was done. */
final class Shortfall {
    /**
     * Counts ends of recoveries that fewer replicas had than {@code redis.cutover.wait_replicas} asks for, by {@code outcome}:
     * {@code committed} or {@code rolled_back}. Alert on any increase: if the primary were lost before they catch up, that end would be lost
     * with it. In Prometheus {@code reanchor_replication_shortfall_total}.
     */
    static final String METRIC = "reanchor_replication_shortfall";

    private Shortfall() {}

    static void tell(Progress progress, Outcome outcome, @Nullable Replication replication) {
        if (replication == null || !replication.fellShort()) {
            return;
        }
        String what = outcome == Outcome.COMMITTED ? "the cut-over" : "the roll-back";
        String reached = replication.reached() == null
                ? "on how many replicas it is isn't known (%s)".formatted(replication.failure())
                : "it was on %d".formatted(replication.reached());
        progress.notice(
                "%s is done, but under-replicated: %d replicas were asked for, %s when the time was up; if the primary is lost before they catch up, so is %s: look at INFO replication"
                        .formatted(what, replication.asked(), reached, what));
        Workflow.getMetricsScope()
                .tagged(Map.of("outcome", outcome.name().toLowerCase(Locale.ROOT)))
                .counter(METRIC)
                .inc(1);
    }
}
