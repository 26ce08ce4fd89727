package io.reanchor.workflow;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;

/**
 * The activities, each with the limits it keeps. All are cancelled by {@code TRY_CANCEL}: the undo begins at once, also when an
 * attempt hangs or its worker is gone, and what such an attempt still writes is refused in Redis, by its fence.
 */
final class Steps {
    /** A worker that died is noticed after this long. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    /** A cut-over and its settling are a few commands of 100 ms each. */
    private static final Duration SWAP_ATTEMPT = Duration.ofSeconds(10);

    private static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(2);

    /** The workflow's own timer ends the operation; an activity's limit at the same instant would tell another story of it. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

    private final String symbol;
    private final OperationPolicy policy;
    private final Instant deadline;

    Steps(String symbol, OperationPolicy policy, Instant deadline) {
        this.symbol = symbol;
        this.policy = policy;
        this.deadline = deadline;
    }

    Instant deadline() {
        return deadline;
    }

    HookPolicy hooks() {
        return policy.hooks();
    }

    boolean isPastDeadline() {
        return !Progress.now().isBefore(deadline);
    }

    /** The flag outlives the operation by the time that its undo may take. */
    Duration flagTtl() {
        return left().plus(policy.undoTimeout());
    }

    private Duration left() {
        Duration left = Duration.between(Progress.now(), deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration limit() {
        return left().plus(GRACE);
    }

    /** A step that takes no longer than its share of the operation: one attempt that hangs leaves time for the next. */
    ReanchorActivities brief(String summary) {
        Duration share = policy.operationTimeout().dividedBy(policy.maxAttempts());
        Duration attempt = share.compareTo(SHORTEST_ATTEMPT) < 0 ? SHORTEST_ATTEMPT : share;
        return stub(bounded(summary).setStartToCloseTimeout(least(attempt, limit())));
    }

    /** A step that may wait for the exchange to the very end; its heartbeat tells a dead worker from a slow exchange. */
    ReanchorActivities fetching(String summary) {
        return stub(bounded(summary).setStartToCloseTimeout(limit()).setHeartbeatTimeout(HEARTBEAT));
    }

    /** A step that goes on until it is cancelled, or has something to tell. A worker that dies is replaced, without an entry in the history. */
    ReanchorActivities lasting(String summary, Duration duration, Duration limit) {
        RetryOptions unlimited = RetryOptions.newBuilder(retries(1).build())
                .setMaximumAttempts(0)
                .setDoNotRetry(FailureTypes.NEVER_RETRIED.toArray(String[]::new))
                .build();
        return stub(options(summary, unlimited)
                .setStartToCloseTimeout(duration.plus(SWAP_ATTEMPT))
                .setScheduleToCloseTimeout(limit.plus(GRACE))
                .setHeartbeatTimeout(HEARTBEAT));
    }

    /** How long a flag must stand after an approval: hooks, cut-over and an undo. */
    Duration flagTtlAfterApproval() {
        return policy.operationTimeout().plus(policy.undoTimeout());
    }

    /** The workflow's own timer ends it at the deadline. A veto says itself that it isn't to be tried again. */
    ReanchorActivities hook(String summary) {
        Duration attempt = least(hooks().timeout().plus(GRACE), policy.operationTimeout());
        Duration all = attempt.plus(LONGEST_BACKOFF).multipliedBy(policy.maxAttempts());
        return stub(options(summary, retries(policy.maxAttempts()).build())
                .setStartToCloseTimeout(attempt)
                .setScheduleToCloseTimeout(
                        least(all, policy.operationTimeout())) // the flag stands as long after an approval
                .setHeartbeatTimeout(HEARTBEAT));
    }

    /** A look at Redis, whatever the deadline. */
    ReanchorActivities look(String summary) {
        return stub(options(summary, stepRetries())
                .setStartToCloseTimeout(SWAP_ATTEMPT)
                .setScheduleToCloseTimeout(SWAP_ATTEMPT.multipliedBy(2)));
    }

    /** Not bound by the deadline: once begun, it is brought to its end. The flag still stands for the time of an undo. */
    ReanchorActivities swap(String summary) {
        return Workflow.newActivityStub(ReanchorActivities.class, swapOptions(summary));
    }

    private ActivityOptions swapOptions(String summary) {
        return options(summary, stepRetries())
                .setStartToCloseTimeout(least(SWAP_ATTEMPT, policy.undoTimeout()))
                .setScheduleToCloseTimeout(policy.undoTimeout())
                .build();
    }

    /** A look of a revert, within the deadline. */
    RevertActivities reverting(String summary) {
        return Workflow.newActivityStub(
                RevertActivities.class,
                bounded(summary)
                        .setStartToCloseTimeout(least(SWAP_ATTEMPT, limit()))
                        .build());
    }

    /** As {@link #swap}. */
    RevertActivities revertingSwap(String summary) {
        return Workflow.newActivityStub(RevertActivities.class, swapOptions(summary));
    }

    /** Unbounded but for its attempts: after the first few the workflow says why it waits, and goes on asking. */
    ReanchorActivities settle(String summary, int round) {
        RetryOptions unhurried = retries(round == 0 ? 3 : 30).build();
        return stub(options(summary, unhurried).setStartToCloseTimeout(SWAP_ATTEMPT));
    }

    /** Rarer after some minutes: a history has an end. */
    static Duration pauseAfter(int round) {
        return round < 60 ? LONGEST_BACKOFF : Duration.ofMinutes(1);
    }

    private ActivityOptions.Builder bounded(String summary) {
        return options(summary, stepRetries()).setScheduleToCloseTimeout(limit());
    }

    private ActivityOptions.Builder options(String summary, RetryOptions retries) {
        return ActivityOptions.newBuilder()
                .setSummary(symbol + ": " + summary)
                .setCancellationType(ActivityCancellationType.TRY_CANCEL)
                .setRetryOptions(retries);
    }

    private RetryOptions stepRetries() {
        return retries(policy.maxAttempts())
                .setDoNotRetry(FailureTypes.NEVER_RETRIED.toArray(String[]::new))
                .build();
    }

    private static RetryOptions.Builder retries(int attempts) {
        return RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofMillis(200))
                .setBackoffCoefficient(2)
                .setMaximumInterval(LONGEST_BACKOFF)
                .setMaximumAttempts(attempts);
    }

    private static ReanchorActivities stub(ActivityOptions.Builder options) {
        return Workflow.newActivityStub(ReanchorActivities.class, options.build());
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
