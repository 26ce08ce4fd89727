package io.reanchor.workflow;

import static io.reanchor.workflow.FakeActivities.failing;
import static io.reanchor.workflow.FakeActivities.first;

import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.Admission;
import io.reanchor.workflow.ValidationReport.Check;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Each kind of end that a recovery can have: the ones whose histories are kept. */
enum Ends {
    COMMITTED(rig -> ended(rig, rig.start())),

    QUEUED(rig -> {
        rig.steps.admission = n -> n <= 2
                ? new Admission(
                        false, Duration.ofSeconds(40), 3, 9, Duration.ofSeconds(80), "of 6000 weight 23 are left")
                : Admission.AT_ONCE;
        return ended(rig, rig.start());
    }),

    ROLLED_BACK_BY_A_CHECK(rig -> {
        rig.steps.checks = List.of(new Check("UNCROSSED", true, false, "best bid < best ask", "3 >= 2"));
        return ended(rig, rig.start());
    }),

    ROLLED_BACK_AT_THE_DEADLINE(
            rig -> {
                rig.steps.before("Validate", failing(FailureTypes.STALE_SNAPSHOT, true));
                return ended(rig, rig.start());
            },
            new OperationPolicy(Duration.ofSeconds(30), 1_000, Duration.ofSeconds(30))),

    ABORTED(rig -> {
        try (Gate gate = new Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            run.update("abort", Void.class, "no need");
            return ended(rig, run);
        }
    }),

    JOINED(rig -> {
        try (Gate gate = new Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-2", new FeedGap(null, 1_000L, 400L, 500L, null)))
                    .getResult();
            gate.close();
            return ended(rig, run);
        }
    }),

    ANOTHER_ROUND(rig -> {
        try (Gate gate = new Gate()) {
            rig.steps.before("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-2", new FeedGap(null, 1_001L, null, null, null)))
                    .getResult();
            rig.steps.before("RaiseFlag", attempt -> rig.steps.stagedUpdateId = 2_000);
            gate.close();
            return ended(rig, run);
        }
    }),

    NOT_COVERED_AT_THE_CUT_OVER(rig -> {
        rig.steps.before("Swap", times(1, failing(FailureTypes.NOT_COVERED, false)));
        return ended(rig, rig.start());
    }),

    RETRIED(rig -> {
        rig.steps.before("BuildFeatures", first(1, failing(FailureTypes.REDIS_UNAVAILABLE, true)));
        return ended(rig, rig.start());
    }),

    OUTLASTED_REDIS(rig -> {
        rig.steps.before("StageTrades", times(4, failing(FailureTypes.REDIS_UNAVAILABLE, true)));
        rig.steps.before("Swap", times(4, failing(FailureTypes.OUTCOME_UNKNOWN, true)));
        return ended(rig, rig.start());
    }),

    STAGED_ANEW(rig -> {
        rig.steps.before("Validate", times(1, failing(FailureTypes.FENCED, false)));
        return ended(rig, rig.start());
    }),

    APPROVED(rig -> {
        try (Gate gate = new Gate()) {
            rig.steps.before("KeepUp", attempt -> {
                if (rig.steps.calls("KeepUp").size() == 3) {
                    gate.strike(attempt);
                }
            });
            WorkflowStub run = rig.start(SagaRig.REQUEST.with(CutOverMode.WHEN_APPROVED, 600));
            gate.awaitReached();
            run.update("approve", ApprovalReceipt.class, "ann");
            return ended(rig, run);
        }
    }),

    REHEARSED(rig -> ended(rig, rig.start(SagaRig.REQUEST.with(CutOverMode.NEVER, 0)))),

    HOOKED(rig -> ended(rig, rig.start()), withHooks()),

    VETOED(
            rig -> {
                rig.steps.before("CallHook", times(1, failing(FailureTypes.VETOED, false)));
                return ended(rig, rig.start());
            },
            withHooks()),

    SETTLED_AS_COMMITTED(rig -> {
        rig.steps.after("Swap", failing(FailureTypes.UNEXPECTED, false));
        return ended(rig, rig.start());
    });

    private final Function<SagaRig, WorkflowStub> play;
    private final OperationPolicy policy;

    Ends(Function<SagaRig, WorkflowStub> play) {
        this(play, OperationPolicy.DEFAULT);
    }

    Ends(Function<SagaRig, WorkflowStub> play, OperationPolicy policy) {
        this.play = play;
        this.policy = policy;
    }

    private static OperationPolicy withHooks() {
        return new OperationPolicy(
                Duration.ofSeconds(30),
                3,
                Duration.ofSeconds(30),
                new HookPolicy(true, true, Duration.ofSeconds(5)),
                false);
    }

    SagaRig rig() {
        return new SagaRig(policy);
    }

    /** Plays it to its end. */
    WorkflowStub play(SagaRig rig) {
        return play.apply(rig);
    }

    String file() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
    }

    private static WorkflowStub ended(SagaRig rig, WorkflowStub run) {
        rig.result(run);
        return run;
    }

    private static FakeActivities.Fault times(int times, FakeActivities.Fault fault) {
        AtomicInteger struck = new AtomicInteger();
        return attempt -> {
            if (struck.incrementAndGet() <= times) {
                fault.strike(attempt);
            }
        };
    }
}
