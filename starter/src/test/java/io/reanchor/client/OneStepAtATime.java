package io.reanchor.client;

import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.KeptUp;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Steps without effect; validating waits for a permit. */
final class OneStepAtATime implements ReanchorActivities {
    final Semaphore mayValidate = new Semaphore(0);
    final Semaphore validating = new Semaphore(0);
    final Semaphore maySettle = new Semaphore(1_000);
    final Semaphore settling = new Semaphore(0);

    @Override
    public Admission admit(Admit step) {
        return Admission.AT_ONCE;
    }

    @Override
    public FlagRaised raiseFlag(RaiseFlag step) {
        return new FlagRaised("", null, null, List.of());
    }

    @Override
    public StagedBook stageSnapshot(StageMarketData step) {
        return new StagedBook(
                key(99 + step.round()),
                "test",
                Instant.EPOCH,
                1,
                1,
                "1 x 1",
                "2 x 1",
                "1",
                "2",
                "d",
                1,
                null,
                List.of());
    }

    @Override
    public StagedBars stageTrades(StageMarketData step) {
        return new StagedBars(key(10), key(10), "test", Instant.EPOCH, 1L, 10L, "1", 10, 1, 0, List.of(), List.of());
    }

    private static StagedKey key(long id) {
        return new StagedKey("k", "t:1", 1, 1, id);
    }

    @Override
    public StagedFeatures buildFeatures(BuildFeatures step) {
        return new StagedFeatures(key(0), 1, List.of());
    }

    @Override
    public ValidationReport validate(Validate step) {
        validating.release();
        acquire(mayValidate);
        return new ValidationReport(List.of());
    }

    @Override
    public SwapReceipt swap(Swap step) {
        return new SwapReceipt(
                step.round() + "-t", "", 99 + step.round(), 10L, Instant.EPOCH, 1, false, null, null, null, null);
    }

    @Override
    public HookAnswer callHook(CallHook step) {
        return new HookAnswer("yes");
    }

    @Override
    public KeptUp keepUp(KeepUp step) {
        return new KeptUp(Instant.EPOCH, 99L, 10L, 0L, List.of());
    }

    @Override
    public Comparison compare(Compare step) {
        Comparison.Side side = new Comparison.Side(99L, 10L, "1 x 1", "2 x 1");
        Comparison.Differences none = new Comparison.Differences(1, 0, List.of());
        return new Comparison(Instant.EPOCH, "", side, side, none, none, none, none);
    }

    @Override
    public Followed follow(Follow step) {
        return new Followed(101L, 10L, null, List.of());
    }

    @Override
    public Settlement settle(Settle step) {
        settling.release();
        acquire(maySettle);
        return new Settlement(Outcome.ROLLED_BACK, null, List.of("flag"), null);
    }

    static void acquire(Semaphore permit) {
        try {
            if (!permit.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
