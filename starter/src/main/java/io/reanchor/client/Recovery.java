package io.reanchor.client;

import io.reanchor.workflow.ApprovalReceipt;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run that takes care of a gap. Immutable and thread-safe; usable until its client is closed. */
public final class Recovery {
    private static final Duration A_MOMENT = Duration.ofMillis(100);

    private final String symbol;
    private final boolean joined;
    private final WorkflowStub run;
    private final Calls calls;
    private final Duration callTimeout;

    Recovery(String symbol, boolean joined, WorkflowStub run, Calls calls, Duration callTimeout) {
        this.symbol = symbol;
        this.joined = joined;
        this.run = run;
        this.calls = calls;
        this.callTimeout = callTimeout;
    }

    public String symbol() {
        return symbol;
    }

    public String workflowId() {
        return run.getExecution().getWorkflowId();
    }

    public String runId() {
        return run.getExecution().getRunId();
    }

    /** False when this report started the run, true when it joined one that ran. */
    public boolean joined() {
        return joined;
    }

    /**
     * Where the run stands; answers after its end too.
     *
     * @throws ReanchorException {@code NoAnswer} when no worker answers within the client's call timeout
     */
    public ReanchorStatus status() {
        return calls.within(
                callTimeout, "status of " + symbol, ReanchorClient.NO_WORKER, () -> ClosedRuns.status(run, symbol));
    }

    /**
     * Gives it up, and no other run; returns when it has taken the abort, while it undoes what was done.
     *
     * @throws ReanchorException {@code TooLate} when the swap has begun or the recovery has ended, {@code NotFound} when there is none
     */
    public void abort(String reason) {
        update("abort", Void.class, FailureTypes.TOO_LATE, reason);
    }

    /**
     * Lets it cut over, if it waits for an approval.
     *
     * @param by who approves, for the record
     * @throws ReanchorException {@code Refused} when there is nothing to approve, yet or any more; {@code TooLate} when it has ended
     */
    public ApprovalReceipt approve(String by) {
        return update("approve", ApprovalReceipt.class, ReanchorException.REFUSED, by);
    }

    /**
     * What it has staged beside what is live.
     *
     * @throws ReanchorException {@code Refused} when nothing is staged, yet or any more; {@code TooLate} when it has ended
     */
    public Comparison compare() {
        return update("compare", Comparison.class, ReanchorException.REFUSED);
    }

    /** Ends a pause of recoveries. */
    void resume(String by) {
        update("resume", Void.class, ReanchorException.REFUSED, by);
    }

    /** @param refusedAs what a validator's refusal is called: the SDK loses the type of what it threw */
    private <T> T update(String name, Class<T> answer, String refusedAs, Object... arguments) {
        return calls.within(callTimeout, name + " of " + symbol, ReanchorClient.NO_WORKER, () -> {
            try {
                return run.update(name, answer, arguments);
            } catch (WorkflowUpdateException e) {
                ApplicationFailure refused = Calls.find(e, ApplicationFailure.class);
                if (refused == null) {
                    throw e;
                }
                String type = refused.getType();
                throw new ReanchorException(
                        FailureTypes.isKnown(type) ? type : refusedAs, false, refused.getOriginalMessage(), e);
            } catch (WorkflowNotFoundException e) {
                WorkflowExecutionMetadata last = run.describe(); // throws the same when there is none
                throw new ReanchorException(
                        FailureTypes.TOO_LATE,
                        false,
                        "%s of %s: its last recovery, run %s, has ended (%s): nothing to %s"
                                .formatted(
                                        name, symbol, last.getExecution().getRunId(), ReanchorClient.state(last), name),
                        e);
            }
        });
    }

    /** Where a run stands, as far as the server knows. */
    public enum Standing {
        /** It goes on, and no step is under way: it waits for weight, as a rule. */
        WAITING,
        /** A step is under way. */
        AT_WORK,
        ENDED
    }

    /**
     * Asks the server alone, no worker: cheap enough for hundreds.
     *
     * @throws ReanchorException when it doesn't answer, or doesn't know the run
     */
    public Standing standing() {
        return calls.within(callTimeout, "standing of " + symbol, "ask again later", () -> {
            DescribeWorkflowExecutionResponse told = run.describe().getRawDescription();
            return switch (told.getWorkflowExecutionInfo().getStatus()) {
                // Another run goes on in its place.
                case WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW -> followed();
                case WORKFLOW_EXECUTION_STATUS_RUNNING ->
                    told.getPendingActivitiesCount() == 0 ? Standing.WAITING : Standing.AT_WORK;
                default -> Standing.ENDED;
            };
        });
    }

    /** Waiting for a result goes along the chain of runs; describing doesn't. */
    private Standing followed() {
        try {
            await(A_MOMENT);
            return Standing.ENDED;
        } catch (ReanchorException e) {
            if (e.type().equals(ReanchorException.NO_ANSWER)) {
                return Standing.AT_WORK;
            }
            throw e;
        }
    }

    /**
     * Waits for the end.
     *
     * @param deadline how long the caller is ready to wait; the recovery goes on without it
     * @return committed, rolled back (with its reason) or superseded
     * @throws ReanchorException {@code NoAnswer} when the deadline passes, {@code ClosedFromOutside} when the run was terminated
     *     or timed out by the server
     */
    public ReanchorResult await(Duration deadline) {
        return calls.within(deadline, "recovery of " + symbol, "it goes on without you; ask for its status", () -> {
            try {
                return run.getResult(Math.max(1, deadline.toMillis()), TimeUnit.MILLISECONDS, ReanchorResult.class);
            } catch (WorkflowFailedException e) {
                return resultOf(e);
            }
        });
    }

    private ReanchorResult resultOf(WorkflowFailedException e) {
        ReanchorResult carried = carriedBy(e.getCause());
        if (carried != null) {
            return carried;
        }
        if (e.getCause() instanceof ApplicationFailure failure) {
            throw new ReanchorException(failure.getType(), false, failure.getOriginalMessage(), e);
        }
        if (e.getCause() instanceof CanceledFailure || e.getCause() == null) {
            ReanchorResult result = status().result();
            if (result != null) {
                return result;
            }
        }
        String how = e.getCause() instanceof TimeoutFailure ? "timed out by the server" : "closed from outside";
        throw ClosedRuns.closed(symbol, runId(), how, e);
    }

    private static @Nullable ReanchorResult carriedBy(@Nullable Throwable cause) {
        return cause instanceof ApplicationFailure failure
                        && failure.getDetails().getSize() > 0
                ? failure.getDetails().get(ReanchorResult.class)
                : null;
    }
}
