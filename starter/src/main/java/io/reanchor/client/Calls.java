package io.reanchor.client;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.reanchor.workflow.FailureTypes;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowUpdateTimeoutOrCancelledException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.StatusUtils;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Holds every call to Temporal to a deadline of the caller's, and says in one line what kept it from an answer. */
final class Calls implements AutoCloseable {
    private final ScheduledExecutorService deadlines;
    private final String address;

    Calls(String address) {
        this.address = address;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "reanchor-client-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        this.deadlines = executor;
    }

    /** Runs the call; a {@link ReanchorException} names {@code what} was asked and, when nobody answered, the next step. */
    <T> T within(Duration limit, String what, String nextStep, Callable<T> call) {
        try (Context.CancellableContext context =
                Context.current().withDeadlineAfter(Math.max(1, limit.toMillis()), TimeUnit.MILLISECONDS, deadlines)) {
            return context.call(call);
        } catch (Exception e) {
            throw translate(e, what, limit, nextStep);
        }
    }

    private RuntimeException translate(Exception e, String what, Duration limit, String nextStep) {
        if (e instanceof ReanchorException known) {
            return known;
        }
        ApplicationFailure answer = find(e, ApplicationFailure.class);
        if (answer != null) {
            boolean later = !answer.isNonRetryable() || answer.getType().equals(FailureTypes.NOT_COVERED);
            return new ReanchorException(answer.getType(), later, answer.getOriginalMessage(), e);
        }
        StatusRuntimeException status = find(e, StatusRuntimeException.class);
        Status.Code code = status == null ? null : status.getStatus().getCode();
        if (status != null && code == Status.Code.UNAVAILABLE) {
            return new ReanchorException(
                    ReanchorException.TEMPORAL_UNAVAILABLE,
                    true,
                    "%s: Temporal at %s: %s".formatted(what, address, Unreachable.why(status)),
                    e);
        }
        if (code == Status.Code.UNIMPLEMENTED) {
            return new ReanchorException(
                    ReanchorException.NOT_SUPPORTED,
                    false,
                    "%s: the Temporal server at %s doesn't offer this; the in-process test server lacks it: use a real server"
                            .formatted(what, address),
                    e);
        }
        if (code == Status.Code.PERMISSION_DENIED
                || code == Status.Code.UNAUTHENTICATED
                || (status != null && StatusUtils.hasFailure(status, NamespaceNotFoundFailure.class))) {
            return new ReanchorException(
                    ReanchorException.TEMPORAL_REFUSED,
                    false,
                    "%s: Temporal at %s refused (%s): check TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_*"
                            .formatted(what, address, description(status)),
                    e);
        }
        if (e instanceof WorkflowNotFoundException || code == Status.Code.NOT_FOUND) {
            return new ReanchorException(
                    ReanchorException.NOT_FOUND,
                    false,
                    "%s: Temporal at %s knows no such recovery: none was started, or it is past the namespace's retention"
                            .formatted(what, address),
                    e);
        }
        if (e instanceof TimeoutException
                || find(e, TimeoutException.class) != null
                || find(e, WorkflowUpdateTimeoutOrCancelledException.class) != null
                || code == Status.Code.DEADLINE_EXCEEDED
                || code == Status.Code.CANCELLED) {
            return new ReanchorException(
                    ReanchorException.NO_ANSWER,
                    true,
                    "%s: no answer from Temporal at %s within %s: %s"
                            .formatted(what, address, seconds(limit), nextStep),
                    e);
        }
        return new ReanchorException(FailureTypes.UNEXPECTED, false, "%s: %s".formatted(what, e), e);
    }

    static <T extends Throwable> @Nullable T find(@Nullable Throwable thrown, Class<T> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    private static String description(@Nullable StatusRuntimeException e) {
        String text = e == null ? null : e.getStatus().getDescription();
        return text == null ? "no reason given" : text;
    }

    static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
