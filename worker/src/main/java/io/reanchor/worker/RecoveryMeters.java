package io.reanchor.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.Replication;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import java.time.Duration;
import java.util.Locale;

/**
 * What a worker counts of its recoveries; docs/metrics.md has the same list. Tags are bounded: never a symbol, never an id. A run that is executed
 * anew after a lost reply may be counted twice, so these are for rates and alerts, not for accounts: Temporal has those. Thread-safe.
 */
final class RecoveryMeters {
    /** Runs that ended, by kind, outcome and reason. Alert on {@code reason="Unexpected"}, and when most are rolled back. */
    static final String OPERATIONS = "reanchor.operations";
    /** Reports of a gap that a committed run covered. Its rate is the feed's illness. */
    static final String GAPS_COVERED = "reanchor.gaps.covered";
    /** How long each attempt at a step took. Alert on a share of {@code result="failed"}. */
    static final String STAGE_DURATION = "reanchor.stage.duration";
    /** From sending the cut-over's transaction to its answer. Readers and writers wait for as long: alert above some milliseconds. */
    static final String CUT_OVER_DURATION = "reanchor.cutover.duration";
    /** How far the book was behind the feed when it went live. Alert above a second: journals aren't followed. */
    static final String BEHIND_FEED = "reanchor.behind.feed";
    /** Checks of staged states that failed, by name. Alert on blocking ones: the exchange, or we, are wrong. */
    static final String CHECKS_FAILED = "reanchor.checks.failed";
    /** Cut-overs that fewer replicas had in time than asked for. Alert on any: a failover may take them back. */
    static final String WAIT_SHORTFALLS = "reanchor.wait.shortfalls";

    private final MeterRegistry registry;
    private final Timer cutOver;
    private final DistributionSummary behind;
    private final Counter gapsCovered;
    private final Counter shortfalls;

    RecoveryMeters(MeterRegistry registry) {
        this.registry = registry;
        // There from the start: an alert on what was never counted would never fire.
        cutOver = Timer.builder(CUT_OVER_DURATION)
                .description("from sending the cut-over's transaction to its answer")
                .serviceLevelObjectives(
                        Duration.ofNanos(500_000),
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1))
                .register(registry);
        behind = DistributionSummary.builder(BEHIND_FEED)
                .baseUnit("seconds")
                .description("how far the book was behind the feed when it went live")
                .serviceLevelObjectives(0.01, 0.05, 0.25, 1, 5, 30)
                .register(registry);
        gapsCovered = Counter.builder(GAPS_COVERED)
                .description("reports of a gap that a committed run covered")
                .register(registry);
        shortfalls = Counter.builder(WAIT_SHORTFALLS)
                .description("cut-overs that fewer replicas had in time than asked for")
                .register(registry);
        for (Outcome outcome : new Outcome[] {Outcome.COMMITTED, Outcome.ROLLED_BACK}) {
            operations("recovery", word(outcome), "none");
        }
    }

    /** @param reports how many reports of a gap the run took, its own among them */
    void ended(String kind, ReanchorResult result, int reports) {
        String reason =
                result.failure() == null ? "none" : known(result.failure().type());
        operations(kind, word(result.outcome()), reason).increment();
        if (result.outcome() == Outcome.COMMITTED) {
            gapsCovered.increment(reports);
        }
    }

    /** A run that ended without a result: what it was asked for can't be read, or it was cancelled from outside. */
    void endedWithout(String kind, String reason) {
        operations(kind, "none", known(reason)).increment();
    }

    void stage(String step, String result, Duration took) {
        Timer.builder(STAGE_DURATION)
                .description("how long each attempt at a step took")
                .tag("stage", step)
                .tag("result", result)
                .serviceLevelObjectives(
                        Duration.ofMillis(10),
                        Duration.ofMillis(50),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30))
                .register(registry)
                .record(took);
    }

    void cutOverTook(Duration took) {
        cutOver.record(took);
    }

    void committed(SwapReceipt receipt) {
        if (receipt.followed() != null && receipt.followed().behindMs() != null) {
            behind.record(receipt.followed().behindMs() / 1000.0);
        }
        Replication replication = receipt.replication();
        if (replication != null && replication.fellShort()) {
            shortfalls.increment();
        }
    }

    void checked(ValidationReport report) {
        report.failed().forEach(check -> failed(check, "true"));
        report.warnings().forEach(check -> failed(check, "false"));
    }

    private void failed(ValidationReport.Check check, String blocking) {
        Counter.builder(CHECKS_FAILED)
                .description("checks of staged states that failed")
                .tag("check", check.name())
                .tag("blocking", blocking)
                .register(registry)
                .increment();
    }

    private Counter operations(String kind, String outcome, String reason) {
        return Counter.builder(OPERATIONS)
                .description("runs that ended")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .tag("reason", reason)
                .register(registry);
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    /** Whatever comes, the tag's values stay those that are known. */
    private static String known(String reason) {
        return FailureTypes.isKnown(reason) ? reason : FailureTypes.UNEXPECTED;
    }
}
