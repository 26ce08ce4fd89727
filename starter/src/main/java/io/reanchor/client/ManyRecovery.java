package io.reanchor.client;

import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ManyProgress;
import io.reanchor.workflow.ManyResult;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The recovery of many symbols in one call. Immutable and thread-safe; usable until its client is closed. */
public final class ManyRecovery {
    private final WorkflowStub run;
    private final Calls calls;
    private final Duration callTimeout;

    ManyRecovery(WorkflowStub run, Calls calls, Duration callTimeout) {
        this.run = run;
        this.calls = calls;
        this.callTimeout = callTimeout;
    }

    public String workflowId() {
        return run.getExecution().getWorkflowId();
    }

    public String runId() {
        return run.getExecution().getRunId();
    }

    /**
     * How it goes; answers after its end too.
     *
     * @throws ReanchorException {@code NoAnswer} when no worker answers within the client's call timeout
     */
    public ManyProgress progress() {
        return calls.within(
                callTimeout,
                "progress of " + workflowId(),
                ReanchorClient.NO_WORKER,
                () -> run.query("progress", ManyProgress.class));
    }

    /**
     * Waits until every symbol's recovery has ended.
     *
     * @throws ReanchorException {@code NoAnswer} when the deadline passes: all goes on without you
     */
    public ManyResult await(Duration deadline) {
        return calls.within(
                deadline,
                workflowId(),
                "it goes on without you; ask for its progress",
                () -> run.getResult(Math.max(1, deadline.toMillis()), TimeUnit.MILLISECONDS, ManyResult.class));
    }

    /**
     * Starts no further recovery; {@link #await} tells how it ended.
     *
     * @param alsoOpen whether those that were started are aborted too; one that is cutting over goes on
     * @throws ReanchorException {@code TooLate} when all have ended
     */
    public void abort(String reason, boolean alsoOpen) {
        calls.within(callTimeout, "abort of " + workflowId(), ReanchorClient.NO_WORKER, () -> {
            try {
                return run.update("abort", Void.class, reason, alsoOpen);
            } catch (WorkflowUpdateException e) {
                ApplicationFailure refused = Calls.find(e, ApplicationFailure.class);
                if (refused == null) {
                    throw e;
                }
                throw new ReanchorException(FailureTypes.TOO_LATE, false, refused.getOriginalMessage(), e);
            } catch (WorkflowNotFoundException e) {
                throw new ReanchorException(
                        FailureTypes.TOO_LATE, false, workflowId() + " has ended: nothing to abort", e);
            }
        });
    }
}
