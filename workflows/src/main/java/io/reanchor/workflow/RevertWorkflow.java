package io.reanchor.workflow;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Puts back what the last cut-over of a symbol replaced, for as long as that is kept. It has the workflow id of the symbol's recoveries, so
 * there is one operation at a time; while it pauses recoveries it stays open, and refuses their reports.
 */
@WorkflowInterface
public interface RevertWorkflow {

    /**
     * Reverts. When what went live again isn't as far as live was, a recovery of that gap follows in its place, after the pause if there is
     * one.
     *
     * @return committed, or rehearsed
     * @throws io.temporal.failure.ApplicationFailure when it was refused or rolled back: the type is one of {@link FailureTypes}, the first
     *     detail is the {@link ReanchorResult}
     */
    @WorkflowMethod(name = "Revert")
    ReanchorResult revert(RevertRequest request);

    /** How it ended, as soon as that is known: a pause isn't waited for. */
    @UpdateMethod
    ReanchorResult outcome();

    /** Ends the pause of recoveries. @param by who wants it, for the record */
    @UpdateMethod
    void resume(String by);

    /** Refuses when nothing is paused. */
    @UpdateValidatorMethod(updateName = "resume")
    void validateResume(String by);

    /** Refuses a recovery, as long as this goes on; whoever reports tries again. */
    @UpdateMethod
    ReportReceipt report(ReanchorRequest request);

    /** Gives up, before the transaction. */
    @UpdateMethod
    void abort(String reason);

    /** Refuses an abort once the transaction has begun. */
    @UpdateValidatorMethod(updateName = "abort")
    void validateAbort(String reason);

    /** Where it stands; answers after its end too. */
    @QueryMethod
    ReanchorStatus status();
}
