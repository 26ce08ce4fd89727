package io.reanchor.demo;

import io.reanchor.client.ReanchorException;
import io.reanchor.demo.GapReporter.Reported;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus.StageEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Follows a recovery by its status snapshot and tells each stage as it begins. */
final class StageLine {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Narrator narrator;

    StageLine(Narrator narrator) {
        this.narrator = narrator;
    }

    /** Returns when the recovery has ended. */
    Recovered follow(Reported reported) throws InterruptedException {
        int told = 0;
        while (!reported.result().isDone()) {
            told = tell(reported, timeline(reported), told);
            Thread.sleep(PAUSE.toMillis());
        }
        try {
            ReanchorResult result = reported.result().join();
            tell(reported, result.timeline(), told);
            return Recovered.of(result, reported.at());
        } catch (CompletionException e) {
            throw new IllegalStateException("the recovery's result can't be had: " + e.getCause(), e);
        }
    }

    private static List<StageEntry> timeline(Reported reported) {
        try {
            return reported.recovery().status().timeline();
        } catch (ReanchorException unanswered) {
            return List.of(); // the result tells all of it
        }
    }

    private int tell(Reported reported, List<StageEntry> timeline, int told) {
        for (StageEntry entry : timeline.subList(Math.min(told, timeline.size()), timeline.size())) {
            narrator.at(Duration.between(reported.at(), entry.at()), Words.of(entry.stage()));
        }
        return Math.max(told, timeline.size());
    }
}
