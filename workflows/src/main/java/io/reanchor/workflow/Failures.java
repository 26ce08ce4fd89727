package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorResult.Failure;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From what was thrown to what a person can act on, and back to what the workflow throws. */
final class Failures {
    private Failures() {}

    /** A refusal by the workflow itself. */
    static ApplicationFailure refuse(String type, String message) {
        boolean asWanted = type.equals(FailureTypes.ABORTED)
                || type.equals(FailureTypes.NOT_COVERED)
                || type.equals(FailureTypes.TOO_LATE)
                || type.equals(FailureTypes.TOO_EARLY)
                || type.equals(FailureTypes.NOT_APPROVED)
                || type.equals(FailureTypes.VETOED)
                || type.equals(FailureTypes.NOT_REVERTIBLE)
                || type.equals(FailureTypes.NOT_CARRIED)
                || type.equals(FailureTypes.PAUSED);
        return ApplicationFailure.newBuilder()
                .setType(type)
                .setMessage(message)
                .setNonRetryable(true)
                .setCategory(asWanted ? ApplicationErrorCategory.BENIGN : ApplicationErrorCategory.UNSPECIFIED)
                .build();
    }

    /** The failure that a rolled-back run ends with: the whole result is its first detail. */
    static ReanchorResult throwIfAny(ReanchorResult result) {
        Failure failure = result.failure();
        if (failure == null) {
            return result;
        }
        throw ApplicationFailure.newBuilder(refuse(failure.type(), failure.message()))
                .setDetails(result)
                .build();
    }

    static Failure of(Throwable thrown, String symbol, Stage stage) {
        Throwable cause = thrown instanceof ActivityFailure && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ApplicationFailure failure && FailureTypes.isKnown(failure.getType())) {
            return failure(failure.getType(), failure.getOriginalMessage(), stage);
        }
        if (cause instanceof TimeoutFailure timeout) {
            boolean atTheEnd = timeout.getTimeoutType() == TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE;
            String last = timeout.getCause() == null ? "" : "; its last attempt: " + describe(timeout.getCause());
            return atTheEnd
                    ? failure(
                            FailureTypes.DEADLINE,
                            "%s: no time was left while %s%s".formatted(symbol, stage, last),
                            stage)
                    : failure(
                            FailureTypes.STEP_TIMED_OUT,
                            "%s: every attempt at %s hung or lost its worker (%s)%s; look at the worker's log, then recover again"
                                    .formatted(symbol, stage, timeout.getTimeoutType(), last),
                            stage);
        }
        return failure(
                FailureTypes.UNEXPECTED,
                "%s: nobody foresaw this while %s: %s; see the worker's log".formatted(symbol, stage, describe(cause)),
                stage);
    }

    static Failure deadline(Progress progress) {
        ReanchorStatus status = progress.status();
        return failure(
                FailureTypes.DEADLINE,
                "%s: gave up at its deadline, %d ms after it began, while %s (%s); recover again, and if it happens again look at the worker's log or raise operation_timeout_seconds"
                        .formatted(
                                status.symbol(),
                                Duration.between(progress.admittedAt(), Objects.requireNonNull(status.deadline()))
                                        .toMillis(),
                                status.stage(),
                                status.detail()),
                status.stage());
    }

    static Failure aborted(Progress progress, @Nullable String reason) {
        Stage stage = progress.stage();
        return failure(
                FailureTypes.ABORTED,
                "%s: given up while %s, as asked: %s"
                        .formatted(progress.request().symbol(), stage, reason == null ? "no reason given" : reason),
                stage);
    }

    static ApplicationFailure tooLate(Progress progress, String toWhat, String instead) {
        return refuse(
                FailureTypes.TOO_LATE,
                "%s: too late to %s: the stage is %s; %s"
                        .formatted(progress.status().symbol(), toWhat, progress.stage(), instead));
    }

    static String notCarried(RevertPlan plan) {
        return "%s: reverting generation %s would throw away %s; a recovery would bring it back at once. With recoveries of %s paused for a while (--pause-recoveries 10m) it is done all the same"
                .formatted(plan.symbol(), plan.generation(), String.join(", ", plan.thrownAway()), plan.symbol());
    }

    static Failure notApproved(Progress progress, Instant deadline) {
        return failure(
                FailureTypes.NOT_APPROVED,
                "%s: nobody approved until %s; recover again with a longer time, or without waiting for an approval"
                        .formatted(progress.request().symbol(), deadline),
                progress.stage());
    }

    static String checksFailed(String symbol, ValidationReport report) {
        return report.refusal(symbol);
    }

    /** What a failure means now that settling told how it ended. */
    static Failure settled(Failure failure, Outcome outcome) {
        if (outcome == Outcome.SUPERSEDED) {
            return failure(
                    FailureTypes.OUTCOME_UNKNOWN,
                    failure.message()
                            + "; so many cut-overs came since that nobody can tell any more whether this one happened",
                    failure.stage());
        }
        return failure.type().equals(FailureTypes.OUTCOME_UNKNOWN)
                ? failure(
                        FailureTypes.REDIS_UNAVAILABLE,
                        failure.message() + "; it is settled since: the cut-over had not happened, all was undone",
                        failure.stage())
                : failure;
    }

    private static Failure failure(String type, String message, Stage stage) {
        return new Failure(type, message, stage, FailureTypes.mayPass(type));
    }

    /** Whether a step failed for a reason that passes with Redis's trouble; an unknown outcome is one: asked again, the receipt tells. */
    static boolean isOfRedis(ActivityFailure thrown) {
        return isOfType(thrown, FailureTypes.REDIS_UNAVAILABLE) || isOfType(thrown, FailureTypes.OUTCOME_UNKNOWN);
    }

    static boolean isFenced(Throwable thrown) {
        return isOfType(thrown, FailureTypes.FENCED);
    }

    private static boolean isOfType(Throwable thrown, String type) {
        return thrown instanceof ActivityFailure
                && thrown.getCause() instanceof ApplicationFailure failure
                && failure.getType().equals(type);
    }

    /** One line, never a stack trace. */
    static String describe(Throwable thrown) {
        Throwable cause = thrown instanceof ActivityFailure && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ApplicationFailure failure) {
            return failure.getType() + ": " + failure.getOriginalMessage();
        }
        return cause instanceof TimeoutFailure timeout
                ? "no answer in time (" + timeout.getTimeoutType() + ")"
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
