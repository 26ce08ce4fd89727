package io.reanchor.demo;

import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus.StageEntry;
import io.reanchor.workflow.SwapReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A recovery that has ended, and how long it took.
 *
 * @param reportedAt when the report was sent
 * @param stages how long each stage took
 */
record Recovered(ReanchorResult result, Instant reportedAt, List<StageTime> stages) {

    /** How long a stage took. */
    record StageTime(String stage, long ms) {}

    static Recovered of(ReanchorResult result, Instant reportedAt) {
        List<StageTime> stages = new ArrayList<>();
        List<StageEntry> timeline = result.timeline();
        for (int i = 0; i < timeline.size(); i++) {
            StageEntry entry = timeline.get(i);
            if (!entry.stage().isFinal()) {
                Instant until = i + 1 < timeline.size() ? timeline.get(i + 1).at() : result.endedAt();
                stages.add(new StageTime(
                        Words.of(entry.stage()),
                        Duration.between(entry.at(), until).toMillis()));
            }
        }
        return new Recovered(result, reportedAt, stages);
    }

    boolean isCommitted() {
        return result.outcome() == Outcome.COMMITTED;
    }

    /** The generation it installed, empty when it installed none. */
    String generation() {
        SwapReceipt receipt = result.receipt();
        return receipt == null ? "" : receipt.generation();
    }

    /** The number at the beginning of a generation. */
    String generationNumber() {
        return generation().replaceFirst("-.*", "");
    }

    /** The update id at which its book went live. */
    long updateId() {
        return Objects.requireNonNull(result.receipt(), "it wasn't committed").lastUpdateId();
    }

    /** The prices that the snapshot told about. */
    LevelCheck.Range trustedRange() {
        var book = Objects.requireNonNull(result.book());
        return LevelCheck.Range.of(book.trustedLow(), book.trustedHigh());
    }

    /** How it ended, and why, in a line. */
    String ending() {
        var failure = result.failure();
        return Words.of(result.timeline().get(result.timeline().size() - 1).stage())
                + (failure == null ? "" : ": " + failure.type() + ", " + failure.message());
    }
}
