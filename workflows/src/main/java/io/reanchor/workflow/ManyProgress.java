package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the recovery of many symbols goes: what the query, the command line and the Web UI show.
 *
 * @param detail what it does, or why it waits
 * @param total how many symbols it is about
 * @param toStart not started yet
 * @param waiting started, and no step of it under way: for weight as a rule
 * @param atWork a step of it is under way
 * @param committed went live
 * @param rolledBack the live keys are what they were
 * @param others not started for good, or of unknown outcome
 * @param failed the lines of those that ended in any other way than committed
 * @param startedAt when it began
 * @param expectedEnd when it will have ended at the pace so far; null before anything has ended, and at the end
 */
public record ManyProgress(
        String detail,
        int total,
        int toStart,
        int waiting,
        int atWork,
        int committed,
        int rolledBack,
        int others,
        List<ManyResult.Line> failed,
        Instant startedAt,
        @Nullable Instant expectedEnd) {
    public ManyProgress {
        failed = List.copyOf(failed);
    }
}
