package io.reanchor.workflow;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.UpdateMethod;
import io.temporal.workflow.UpdateValidatorMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/**
 * Recovers many symbols in one call: a disconnect hits all of them at once. Starts or joins each symbol's own recovery and follows it to
 * its end; how many go on at once is decided by the exchange's weight, which each waits for by itself. Its id is
 * {@link ManyRequest#workflowId}.
 */
@WorkflowInterface
public interface RecoverManyWorkflow {

    /**
     * Follows all recoveries to their ends.
     *
     * @return how each ended; also when some failed
     * @throws io.temporal.failure.ApplicationFailure of type {@link FailureTypes#BAD_REQUEST}: nothing was begun
     */
    @WorkflowMethod(name = "RecoverMany")
    ManyResult recover(ManyRequest request);

    /** How it goes; answers after the end too. */
    @QueryMethod
    ManyProgress progress();

    /**
     * Starts no further recovery.
     *
     * @param alsoOpen whether the recoveries that were started are aborted too; one that is cutting over goes on to its end
     */
    @UpdateMethod
    void abort(@Nullable String reason, boolean alsoOpen);

    /** Refuses an abort when all have ended. */
    @UpdateValidatorMethod(updateName = "abort")
    void validateAbort(@Nullable String reason, boolean alsoOpen);
}
