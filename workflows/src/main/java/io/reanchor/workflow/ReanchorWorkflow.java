package io.reanchor.workflow;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Rebuilds one symbol's live state beside the live keys, proves it, and cuts over in one transaction. One workflow a symbol:
 * its id is {@link ReanchorRequest#workflowId}. What a validator refuses arrives without its type (SDK 1.38 puts its own there):
 * a refused abort is too late, a refused report is a bad request, the message says why.
 */
@WorkflowInterface
public interface ReanchorWorkflow {

    /**
     * Runs one recovery to its end.
     *
     * @return the result of a committed recovery
     * @throws io.temporal.failure.ApplicationFailure when it was rolled back: the type is one of {@link FailureTypes}, the
     *     first detail is the {@link ReanchorResult}
     */
    @WorkflowMethod(name = "Reanchor")
    ReanchorResult recover(ReanchorRequest request);

    /**
     * Reports a gap; sent with the start, it starts a recovery or joins the one that runs. Answers at once: a run that takes a report ends
     * when live has reached it, or fails. So its result is everybody's who joined.
     *
     * @throws io.temporal.failure.ApplicationFailure of type {@link FailureTypes#NOT_COVERED} when the run is given up already: start anew
     *     when it has ended
     */
    @UpdateMethod
    ReportReceipt report(ReanchorRequest request);

    /** Refuses a report for another symbol. */
    @UpdateValidatorMethod(updateName = "report")
    void validateReport(ReanchorRequest request);

    /**
     * Gives up: undoes what was done. Accepted at any moment before the swap.
     *
     * @param reason why, in the operator's words; at most 500 characters
     */
    @UpdateMethod
    void abort(String reason);

    /** Refuses an abort once the swap has begun, or the recovery has ended, and a reason that is too long. */
    @UpdateValidatorMethod(updateName = "abort")
    void validateAbort(String reason);

    /**
     * Lets a recovery that waits for an approval cut over. Of several approvals the first counts; the others are told whose it was.
     *
     * @param by who approves, for the record; at most 500 characters
     */
    @UpdateMethod
    ApprovalReceipt approve(String by);

    /** Refuses an approval of what isn't proven yet, or needs none, or is over. */
    @UpdateValidatorMethod(updateName = "approve")
    void validateApproval(String by);

    /** Holds what is staged against what is live, at any moment between staging and the swap. */
    @UpdateMethod
    Comparison compare();

    /** Refuses when nothing is staged, yet or any more. */
    @UpdateValidatorMethod(updateName = "compare")
    void validateComparison();

    /** Where the recovery stands; answers after its end too. */
    @QueryMethod
    ReanchorStatus status();
}
