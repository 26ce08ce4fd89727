package io.reanchor.demo.bench;

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
import io.reanchor.workflow.ValidationReport.Check;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/** Steps that do nothing, and answer as the real ones do, in size too: what is left is what the engine costs. */
final class EmptySteps implements ReanchorActivities {
    private static final long ID = 50_093_239_218L;
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CHECKS = 13;

    @Override
    public Admission admit(Admit step) {
        return Admission.AT_ONCE;
    }

    @Override
    public FlagRaised raiseFlag(RaiseFlag step) {
        return new FlagRaised("7-0199d3a4-5f6a-7c1e-9d5e-3b0f2a000007.1", ID, ID, List.of());
    }

    @Override
    public StagedBook stageSnapshot(StageMarketData step) {
        return new StagedBook(
                key("ob:new:", 2_003),
                "exchange",
                AT,
                1_000,
                1_000,
                "61837.62 x 1.5",
                "61837.63 x 0.25",
                "61000",
                "62000",
                "0123456789abcdef",
                1,
                null,
                List.of());
    }

    @Override
    public StagedBars stageTrades(StageMarketData step) {
        return new StagedBars(
                key("tr:new:", 302),
                key("tr:new:", 62),
                "exchange",
                AT,
                1L,
                ID,
                "61837.63",
                101,
                30,
                270,
                List.of(),
                List.of());
    }

    @Override
    public StagedFeatures buildFeatures(BuildFeatures step) {
        return new StagedFeatures(key("feat:new:", 20), 18, List.of("ofi", "kyleLambda", "vpin"));
    }

    @Override
    public ValidationReport validate(Validate step) {
        return new ValidationReport(Collections.nCopies(
                CHECKS, new Check("UNCROSSED", true, true, "best bid below best ask", "61837.62 below 61837.63")));
    }

    @Override
    public SwapReceipt swap(Swap step) {
        return new SwapReceipt(
                "8-0199d3a4-5f6a-7c1e-9d5e-3b0f2a000008.1", "7", ID, ID, AT, 1, false, null, null, null, follow());
    }

    @Override
    public Followed follow(Follow step) {
        return follow();
    }

    @Override
    public HookAnswer callHook(CallHook step) {
        throw new UnsupportedOperationException("no hook is called here");
    }

    @Override
    public KeptUp keepUp(KeepUp step) {
        throw new UnsupportedOperationException("nothing is postponed here");
    }

    @Override
    public Comparison compare(Compare step) {
        throw new UnsupportedOperationException("nothing is compared here");
    }

    private static Followed follow() {
        return new Followed(ID, ID, 1L, List.of());
    }

    @Override
    public Settlement settle(Settle step) {
        return new Settlement(Outcome.ROLLED_BACK, null, List.of(), null);
    }

    private static StagedKey key(String name, long fields) {
        return new StagedKey(name, "0199d3a4-5f6a-7c1e-9d5e-3b0f2a000008.1:1000001", 5, fields, ID);
    }
}
