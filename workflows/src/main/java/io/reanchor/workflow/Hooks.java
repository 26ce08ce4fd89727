package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.CallHook;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Workflow;
import java.util.List;

/** Who is asked before a cut-over, and told after it. Without any, nothing of it stands in the history. */
final class Hooks {
    private final Steps steps;
    private final Progress progress;
    private boolean reached;

    Hooks(Steps steps, Progress progress) {
        this.steps = steps;
        this.progress = progress;
    }

    /** @throws ActivityFailure of type {@code Vetoed} when it refuses, or can't be asked: silence isn't consent */
    void before() {
        reached = true;
        if (steps.hooks().beforeCutOver()) {
            progress.say("asking the hook before the cut-over");
            steps.hook("ask the hook before the cut-over")
                    .callHook(new CallHook(HookPoint.BEFORE_CUT_OVER, null, null, null, progress.status()));
        }
    }

    void committed(SwapReceipt receipt) {
        after(new RoundEnd(Outcome.COMMITTED, receipt, null, List.of()));
    }

    /** Changes nothing of the outcome; a hook that can't be told is noticed. */
    void after(RoundEnd end) {
        if (reached && steps.hooks().afterCutOver()) {
            CallHook call = new CallHook(
                    HookPoint.AFTER_CUT_OVER, end.outcome(), end.receipt(), end.failure(), progress.status());
            Workflow.newDetachedCancellationScope(() -> tell(call)).run();
        }
    }

    private void tell(CallHook call) {
        try {
            steps.hook("tell the hook after the cut-over").callHook(call);
        } catch (ActivityFailure e) {
            progress.notice("the hook after the cut-over: " + Failures.describe(e));
        }
    }
}
