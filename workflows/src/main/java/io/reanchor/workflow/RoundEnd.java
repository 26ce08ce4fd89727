package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorResult.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one round ended. Another may follow: then the run has no result yet. */
record RoundEnd(
        Outcome outcome,
        @Nullable SwapReceipt receipt,
        @Nullable Failure failure,
        List<String> undone) {

    static RoundEnd committed(Progress progress, SwapReceipt receipt, List<String> undone) {
        Shortfall.tell(progress, Outcome.COMMITTED, receipt.replication());
        if (receipt.followed() != null) {
            receipt.followed().noticed().forEach(progress::notice);
        }
        StagedState live = receipt.live();
        if (live != null) {
            progress.staged(live.book());
            progress.staged(live.bars());
        }
        return new RoundEnd(Outcome.COMMITTED, receipt.alone(), null, undone);
    }

    /** A dry run: nothing went live. */
    static RoundEnd rehearsed(List<String> undone) {
        return new RoundEnd(Outcome.REHEARSED, null, null, undone);
    }

    /** There is nothing to undo, and nothing to wait for. */
    static RoundEnd beforeItBegan(Progress progress, Failure failure) {
        progress.enter(Stage.UNDOING, failure.message());
        return new RoundEnd(Outcome.ROLLED_BACK, null, failure, List.of());
    }

    /** @param failure why it was given up */
    static RoundEnd settled(Progress progress, Settlement settled, Failure failure, List<String> undone) {
        if (settled.receipt() != null) {
            return committed(progress, settled.receipt(), undone);
        }
        Shortfall.tell(progress, settled.outcome(), settled.replication());
        return new RoundEnd(settled.outcome(), null, Failures.settled(failure, settled.outcome()), undone);
    }
}
