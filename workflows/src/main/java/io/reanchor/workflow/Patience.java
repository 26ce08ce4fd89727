package io.reanchor.workflow;

import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Outlasts a Redis that doesn't answer, or refuses for now: it fails over, loads, moves a slot, is full. That passes without
 * anybody's doing, and takes longer than the attempts of one call; so the step is called again until the deadline.
 */
final class Patience {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Steps steps;
    private final Progress progress;

    Patience(Steps steps, Progress progress) {
        this.steps = steps;
        this.progress = progress;
    }

    /** @param call a new call each time: what an earlier one still writes is fenced by its lower number */
    <T> T outlast(String step, Supplier<T> call) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                T result = call.get();
                progress.goesOn(step);
                return result;
            } catch (ActivityFailure e) {
                if (!Failures.isOfRedis(e) || steps.isPastDeadline() || progress.isGivenUp()) {
                    throw e;
                }
                progress.waits(step, "%s: again in %d s: %s".formatted(step, pause.toSeconds(), Failures.describe(e)));
                Workflow.newTimer(
                                pause,
                                TimerOptions.newBuilder()
                                        .setSummary("until Redis may be back: " + step)
                                        .build())
                        .get();
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }
}
