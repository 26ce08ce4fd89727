package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.BuildFeatures;
import io.reanchor.workflow.ReanchorActivities.Compare;
import io.reanchor.workflow.ReanchorActivities.FlagRaised;
import io.reanchor.workflow.ReanchorActivities.Follow;
import io.reanchor.workflow.ReanchorActivities.KeepUp;
import io.reanchor.workflow.ReanchorActivities.RaiseFlag;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import java.time.Duration;

/** The steps before and at the cut-over, each of which outlasts a Redis that is away for a while. */
final class PatientSteps {
    private final Steps steps;
    private final Progress progress;
    private final Reports reports;
    private final Patience patience;
    private int stagingCalls;

    PatientSteps(Steps steps, Progress progress, Reports reports) {
        this.steps = steps;
        this.progress = progress;
        this.reports = reports;
        this.patience = new Patience(steps, progress);
    }

    FlagRaised raiseFlag() {
        String what = "raise the flag";
        progress.enter(Stage.RAISING_FLAG, "claiming the symbol");
        FlagRaised flag = patience.outlast(
                what, () -> steps.brief(what).raiseFlag(new RaiseFlag(symbol(), progress.round(), steps.flagTtl())));
        flag.noticed().forEach(progress::notice);
        return flag;
    }

    StagedBook stageSnapshot() {
        String what = "stage the snapshot";
        return progress.staged(patience.outlast(what, () -> steps.fetching(what).stageSnapshot(nextStagingCall())));
    }

    StagedBars stageTrades() {
        String what = "stage the trades";
        return progress.staged(patience.outlast(what, () -> steps.fetching(what).stageTrades(nextStagingCall())));
    }

    /** Numbered through both lanes, and through staging anew: the fence lets a higher number take a lower one's keys. */
    private StageMarketData nextStagingCall() {
        return new StageMarketData(symbol(), progress.round(), ++stagingCalls, reports.toCover());
    }

    StagedState buildFeatures(StagedBook book, StagedBars bars, FlagRaised flag) {
        String what = "build the features";
        progress.enter(Stage.BUILDING_FEATURES, "computing the features of what is staged");
        StagedFeatures features = patience.outlast(
                what, () -> steps.brief(what).buildFeatures(new BuildFeatures(symbol(), progress.round(), book, bars)));
        return new StagedState(book, bars, features, flag.generation());
    }

    ValidationReport validate(StagedState staged) {
        String what = "check what is staged";
        progress.enter(Stage.VALIDATING, "checking what is staged");
        return progress.validated(patience.outlast(
                what,
                () -> steps.brief(what)
                        .validate(new Validate(symbol(), progress.round(), reports.stagedFor(), staged))));
    }

    /** @return when it has something to tell; it is to be called again */
    KeptUp keepUp(StagedState staged, Duration duration, Duration limit) {
        return steps.lasting("keep what is staged up with the feed", duration, limit)
                .keepUp(new KeepUp(
                        symbol(),
                        progress.round(),
                        staged.book(),
                        staged.bars(),
                        staged.against(),
                        steps.flagTtlAfterApproval(),
                        duration));
    }

    Comparison compare() {
        return steps.look("compare live and staged").compare(new Compare(symbol()));
    }

    /** A lost reply is asked for in the same way: a second attempt finds the receipt of the first. */
    SwapReceipt swap(StagedState staged) {
        String what = "cut over";
        reports.lookBegins();
        return patience.outlast(
                what,
                () -> steps.swap(what)
                        .swap(new Swap(symbol(), progress.round(), reports.toCover(), staged, progress.proof())));
    }

    /** Looks at live anew as long as reports come: none is answered by a look that is older than it. */
    SwapReceipt followed(SwapReceipt receipt) {
        String what = "follow the journals";
        SwapReceipt seen = receipt;
        while (reports.cameSince()) {
            reports.lookBegins();
            seen = seen.with(patience.outlast(what, () -> steps.swap(what).follow(new Follow(symbol()))));
        }
        return seen;
    }

    private String symbol() {
        return progress.request().symbol();
    }
}
