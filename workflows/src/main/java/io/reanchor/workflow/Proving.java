package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.FlagRaised;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;

/** All that comes before the point of no return: what could go live is staged beside the live keys, and checked. */
final class Proving {
    private static final int SNAPSHOTS_ANEW = 2;

    private final Progress progress;
    private final Reports reports;
    private final PatientSteps patient;

    Proving(Progress progress, Reports reports, PatientSteps patient) {
        this.progress = progress;
        this.reports = reports;
        this.patient = patient;
    }

    /** Fails when a blocking check does. */
    StagedState stageAndProve() {
        FlagRaised flag = patient.raiseFlag();

        reports.stagingBegins();
        progress.beginStaging("fetching the snapshot and the trades");
        Promise<StagedBook> book = Async.function(patient::stageSnapshot);
        Promise<StagedBars> bars = Async.function(patient::stageTrades);
        Promise.allOf(book, bars).get(); // ends with the first failure of either

        StagedState staged = patient.buildFeatures(book.get(), bars.get(), flag);
        ValidationReport report = patient.validate(staged);
        for (int again = 0; report.isOnlyTooOld() && again < SNAPSHOTS_ANEW; again++) {
            progress.restageBook("the snapshot grew too old while another step waited: fetching a new one");
            staged = patient.buildFeatures(patient.stageSnapshot(), staged.bars(), flag);
            report = patient.validate(staged);
        }
        if (!report.passed()) {
            throw Failures.refuse(
                    FailureTypes.CHECK_FAILED,
                    Failures.checksFailed(progress.request().symbol(), report));
        }
        return staged;
    }

    /** Nothing goes live: what it would change is told instead. */
    Comparison rehearse() {
        stageAndProve();
        Comparison found = patient.compare();
        progress.compared(found);
        return found;
    }
}
