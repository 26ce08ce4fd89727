package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.Admission;
import io.reanchor.workflow.ReanchorActivities.Admit;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;

/**
 * The wait for the exchange's weight, before the clock of the operation starts. It is asked for where the workflow runs (the budget is
 * its process's), and a wait is a timer: a hundred symbols that wait hold nothing of a worker.
 */
final class Queue {
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    private final Progress progress;
    private final OperationPolicy policy;
    private final Instant arrived = Progress.now();

    Queue(Progress progress, OperationPolicy policy) {
        this.progress = progress;
        this.policy = policy;
    }

    /** Returns when the recovery may begin. */
    void outlast() {
        ReanchorRequest request = progress.request();
        Duration lease = policy.operationTimeout().plus(policy.undoTimeout());
        ReanchorActivities worker = worker(request.symbol());
        while (true) {
            try {
                Admission answer = worker.admit(new Admit(request.symbol(), request.priority(), arrived, lease));
                if (answer.granted()) {
                    return;
                }
                pause(line(answer), answer.askAgain(), answer.expected());
            } catch (ActivityFailure e) {
                if (e.getCause() instanceof CanceledFailure) {
                    throw e;
                }
                pause("waits to ask for the exchange's weight: " + Failures.describe(e), ATTEMPT, ATTEMPT);
            }
        }
    }

    private static String line(Admission answer) {
        return "waits for the exchange's weight: place %d of %d, about %d s; %s"
                .formatted(
                        answer.position(),
                        answer.waiting(),
                        answer.expected().plusMillis(999).toSeconds(),
                        answer.why());
    }

    private void pause(String why, Duration pause, Duration expected) {
        progress.queued(why, Progress.now().plus(expected));
        Workflow.newTimer(
                        pause,
                        TimerOptions.newBuilder()
                                .setSummary("until the exchange may have weight")
                                .build())
                .get();
    }

    private static ReanchorActivities worker(String symbol) {
        return Workflow.newLocalActivityStub(
                ReanchorActivities.class,
                LocalActivityOptions.newBuilder()
                        .setSummary(symbol + ": ask for the exchange's weight")
                        .setStartToCloseTimeout(ATTEMPT)
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());
    }
}
