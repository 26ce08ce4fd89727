package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a recovery ended, and what there is to know of it.
 *
 * @param symbol which symbol
 * @param outcome how its last round ended
 * @param receipt proof of the cut-over, when committed
 * @param failure why it was rolled back, when it was
 * @param validation what the checks said, if they ran
 * @param book the book as it went live; as it was staged, when it didn't, or the reply of the cut-over was lost; null when none was staged
 * @param bars the bars, as the book
 * @param comparison of a dry run: what differs between live and staged
 * @param approval who approved it, when it waited for that
 * @param revert of a revert: what it did, or would do
 * @param undone what the undo did, one line an item; failures of an undo among them
 * @param earlier proof of what earlier rounds of the run cut over, oldest first; it stands, however the last round ended
 * @param noticed what an operator should know beside the outcome, one line an item: an earlier cut-over that was lost, replicas
 *     that lag
 * @param timeline when each stage began, in order
 * @param endedAt when it ended
 */
public record ReanchorResult(
        String symbol,
        Outcome outcome,
        @Nullable SwapReceipt receipt,
        @Nullable Failure failure,
        @Nullable ValidationReport validation,
        @Nullable StagedBook book,
        @Nullable StagedBars bars,
        @Nullable Comparison comparison,
        @Nullable ApprovalReceipt approval,
        @Nullable RevertPlan revert,
        List<String> undone,
        List<SwapReceipt> earlier,
        List<String> noticed,
        List<ReanchorStatus.StageEntry> timeline,
        Instant endedAt) {
    public ReanchorResult {
        undone = List.copyOf(undone);
        earlier = List.copyOf(earlier);
        noticed = noticed == null ? List.of() : List.copyOf(noticed); // results of older workers have none
        timeline = List.copyOf(timeline);
    }

    /**
     * Why a recovery was rolled back.
     *
     * @param type one of {@link FailureTypes}
     * @param message symbol, key or sequence, expected, actual, and the operator's next step
     * @param stage the stage it happened in
     * @param tryAgain whether the same request may succeed later
     */
    public record Failure(String type, String message, Stage stage, boolean tryAgain) {}
}
