package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one snapshot of a recovery behind the query, the command line, the log and the Web UI.
 *
 * @param symbol which symbol
 * @param stage where it stands
 * @param detail why it waits, or what it does, in a line
 * @param round which round it is, from 1: a report that the round before didn't cover needs another
 * @param startedAt when the workflow started
 * @param deadline when this round gives up; null while it waits for its turn, since its time hasn't begun
 * @param gap all that was reported so far
 * @param timeline when each stage began, in order
 * @param book the staged book, once there is one
 * @param bars the staged bars, once there are some
 * @param validation what the checks said, once they ran
 * @param keptUp how far what is staged has been kept up with the feed, while an approval is waited for
 * @param approval who approved, once somebody has
 * @param eta when it should have ended, as far as can be told: it waits for its turn, or goes on
 * @param comparison what a dry run found to differ between live and staged
 * @param revert of a revert: what it does
 * @param noticed what an operator should know beside it; see {@link ReanchorResult}
 * @param result how it ended, once it has
 */
public record ReanchorStatus(
        String symbol,
        Stage stage,
        String detail,
        int round,
        Instant startedAt,
        @Nullable Instant deadline,
        FeedGap gap,
        List<StageEntry> timeline,
        @Nullable StagedBook book,
        @Nullable StagedBars bars,
        @Nullable ValidationReport validation,
        @Nullable KeptUp keptUp,
        @Nullable ApprovalReceipt approval,
        @Nullable Comparison comparison,
        @Nullable RevertPlan revert,
        @Nullable Instant eta,
        List<String> noticed,
        @Nullable ReanchorResult result) {
    public ReanchorStatus {
        timeline = List.copyOf(timeline);
        noticed = noticed == null ? List.of() : List.copyOf(noticed); // older workers tell none
    }

    /** When a stage began. */
    public record StageEntry(Stage stage, Instant at) {}
}
