package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.Settle;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The undo of every step. It asks until it is answered: nobody may be told "rolled back" while the cut-over may still have
 * happened. Until then the status says why it waits.
 */
final class Settling {
    private final Steps steps;
    private final Progress progress;
    private @Nullable String against;
    private @Nullable Settlement answer;

    Settling(Steps steps, Progress progress) {
        this.steps = steps;
        this.progress = progress;
    }

    /** From here on a cut-over may have happened, from this generation to the next. */
    void cutOverBegins(String replacing) {
        if (against == null) { // of several, the first one's outcome is forgotten first
            against = replacing;
        }
    }

    List<String> undo() {
        Settle order = new Settle(
                progress.request().symbol(),
                progress.round(),
                against,
                progress.request().cutOver() == CutOverMode.NEVER);
        for (int asked = 0; answer == null; asked++) {
            try {
                answer = steps.settle("undo, unless it went live", asked).settle(order);
            } catch (RuntimeException e) {
                Duration pause = Steps.pauseAfter(asked);
                progress.say("settling is tried again in %d s: %s".formatted(pause.toSeconds(), Failures.describe(e)));
                Workflow.newTimer(
                                pause,
                                TimerOptions.newBuilder()
                                        .setSummary("before settling is tried again")
                                        .build())
                        .get();
            }
        }
        return answer.outcome() == Outcome.ROLLED_BACK
                ? answer.undone()
                : List.of("nothing was undone: " + answer.outcome());
    }

    Settlement answer() {
        return Objects.requireNonNull(answer, "settling ends with an answer, or not at all");
    }
}
