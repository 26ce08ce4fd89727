package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorResult.Failure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives a round up, and the run with it, as long as nothing can have gone live: at the deadline, at an abort, at a cancel. */
final class Stop {
    private final Progress progress;
    private @Nullable CancellationScope scope;
    private @Nullable Failure why;
    private @Nullable CancellationScope timer;

    Stop(Progress progress) {
        this.progress = progress;
    }

    void atDeadline(Duration limit) {
        after(limit, "operation_timeout_seconds", () -> Failures.deadline(progress));
    }

    /** Only one limit counts at a time. */
    void after(Duration limit, String named, Supplier<Failure> failure) {
        takeBack();
        TimerOptions options = TimerOptions.newBuilder().setSummary(named).build();
        timer = Workflow.newDetachedCancellationScope(
                () -> Workflow.newTimer(limit, options).thenApply(fired -> {
                    now(failure.get());
                    return fired;
                }));
        timer.run();
    }

    /** Another round has a deadline of its own. */
    void takeBack() {
        if (timer != null) {
            timer.cancel();
        }
    }

    void now(Failure failure) {
        if (why == null && progress.stage().compareTo(Stage.SWAPPING) < 0) {
            why = failure;
            if (scope != null) {
                scope.cancel(failure.message());
            }
        }
    }

    /** Whether it was asked for, and can't be taken back. */
    boolean isUnderWay() {
        return why != null;
    }

    /** Runs what comes before the point of no return in a scope of its own, which a stop cuts. */
    <T> T cuts(Steps steps, Supplier<T> preparation) {
        requireGoingOn(steps);
        T done = inScope(preparation);
        requireGoingOn(steps);
        return done;
    }

    /** The same for a wait, which has limits of its own. */
    <T> T cutsWaiting(Supplier<T> wait) {
        requireNotStopped();
        T done = inScope(wait);
        requireNotStopped();
        return done;
    }

    void cutsWaiting(Runnable wait) {
        cutsWaiting(() -> {
            wait.run();
            return true;
        });
    }

    private <T> T inScope(Supplier<T> work) {
        CompletablePromise<T> done = Workflow.newPromise();
        CancellationScope cut = Workflow.newCancellationScope(() -> done.complete(work.get()));
        scope = cut;
        try {
            cut.run();
        } catch (RuntimeException e) {
            // A lane beside the one that failed must not call again what is staged anew.
            if (Failures.isFenced(e)) {
                cut.cancel("staged anew");
            }
            throw e;
        }
        return done.get();
    }

    /** Waits, unless it is stopped. */
    void pause(Duration pause) {
        Workflow.await(pause, () -> why != null);
    }

    private void requireGoingOn(Steps steps) {
        if (steps.isPastDeadline()) {
            now(Failures.deadline(progress));
        }
        requireNotStopped();
    }

    private void requireNotStopped() {
        if (why != null || CancellationScope.current().isCancelRequested()) {
            throw new CanceledFailure("given up between two steps");
        }
    }

    /** Why a run failed: the stop, if there was one; otherwise what was thrown. */
    Failure explain(RuntimeException thrown) {
        if (why != null) {
            return why;
        }
        boolean cut = CancellationScope.current().isCancelRequested() && progress.stage() != Stage.SWAPPING;
        return cut
                ? Failures.aborted(progress, "cancelled through Temporal")
                : Failures.of(thrown, progress.request().symbol(), progress.stage());
    }
}
