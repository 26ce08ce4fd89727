package io.reanchor.faults;

import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorActivities.BuildFeatures;
import io.reanchor.workflow.ReanchorActivities.FlagRaised;
import io.reanchor.workflow.ReanchorActivities.RaiseFlag;
import io.reanchor.workflow.ReanchorActivities.Settle;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls the activities in the workflow's order and does after a failure what the workflow does: the step again while that may help, all
 * of it anew when its fence was lost, then settling until it is answered. One step at a time, so that boundaries come in the same order
 * each time.
 */
final class Driver {
    /** In a workflow it is its deadline that ends them. */
    static final int ATTEMPTS = 20;

    private static final int ROUNDS = 3;
    /** A driver is one round of the saga: it keeps its token when it stages anew. */
    private static final int ROUND = 1;

    private static final int SETTLE_ATTEMPTS = 50;
    private static final Duration FLAG_TTL = Duration.ofMinutes(1);

    /** Hears what the driver is about to do, and what went wrong. */
    interface Watcher {
        void begins(Step step);

        void failed();
    }

    private final Activities activities;
    private final History history;
    private final Watcher watcher;
    private final String process;
    private final String runId;
    private final int attempts;
    private int stagingCalls;
    private @Nullable String against;

    Driver(Activities activities, History history, Watcher watcher, String process, String runId) {
        this(activities, history, watcher, process, runId, ATTEMPTS);
    }

    /** @param attempts that each step has, but for settling */
    Driver(Activities activities, History history, Watcher watcher, String process, String runId, int attempts) {
        this.activities = activities;
        this.history = history;
        this.watcher = watcher;
        this.process = process;
        this.runId = runId;
        this.attempts = attempts;
    }

    /** A step that is given up. */
    private static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean anew;

        /** @param anew whether staging anew may help */
        GivenUp(String why, boolean anew) {
            super(why);
            this.anew = anew;
        }
    }

    String token() {
        return runId + ".1";
    }

    void begin() {
        history.add(process, "recover", Type.invoke, Map.of("token", token()));
    }

    /** A whole recovery. @return how it ended, as a workflow would report it */
    Outcome recover(FeedGap gap, Ending ending) {
        begin();
        for (int round = 1; ; round++) {
            try {
                Swap swap = prepare(gap);
                if (ending == Ending.GIVEN_UP) {
                    throw new GivenUp("as ordered", false);
                }
                return cutOver(swap, ending == Ending.CUT_OVER ? attempts : 1);
            } catch (GivenUp e) {
                if (!e.anew || against != null || round == ROUNDS) {
                    return settle(ending.settling());
                }
            }
        }
    }

    /** What follows {@link #prepare}. */
    Outcome finish(Swap swap) {
        try {
            return cutOver(swap, attempts);
        } catch (GivenUp e) {
            return settle(Step.UNDO);
        }
    }

    private Outcome cutOver(Swap swap, int most) {
        against = swap.staged().against();
        SwapReceipt receipt = attempt(Step.CUT_OVER, most, activities -> activities.swap(swap));
        return report(Outcome.COMMITTED, receipt.generation());
    }

    /** All that comes before the cut-over. */
    Swap prepare(FeedGap gap) {
        String symbol = Exchange.SYMBOL;
        FlagRaised flag = attempt(Step.FLAG, a -> a.raiseFlag(new RaiseFlag(symbol, ROUND, FLAG_TTL)));
        StageMarketData bookOrder = new StageMarketData(symbol, ROUND, ++stagingCalls, gap);
        StageMarketData barsOrder = new StageMarketData(symbol, ROUND, ++stagingCalls, gap);
        StagedBook book = attempt(Step.STAGE_BOOK, a -> a.stageSnapshot(bookOrder));
        StagedBars bars = attempt(Step.STAGE_BARS, a -> a.stageTrades(barsOrder));
        StagedFeatures features =
                attempt(Step.FEATURES, a -> a.buildFeatures(new BuildFeatures(symbol, ROUND, book, bars)));
        StagedState staged = new StagedState(book, bars, features, flag.generation());
        ValidationReport report = attempt(Step.VALIDATION, a -> a.validate(new Validate(symbol, ROUND, gap, staged)));
        if (!report.passed()) {
            throw new GivenUp("refused: " + report.failed(), false);
        }
        return new Swap(symbol, ROUND, gap, staged, report);
    }

    Outcome settle(Step step) {
        String replacing = against;
        try {
            Settlement answer = attempt(
                    step,
                    SETTLE_ATTEMPTS,
                    activities -> activities.settle(new Settle(Exchange.SYMBOL, ROUND, replacing, false)));
            SwapReceipt receipt = answer.receipt();
            return report(answer.outcome(), receipt == null ? "" : receipt.generation());
        } catch (GivenUp e) {
            return report(Outcome.SUPERSEDED, "");
        }
    }

    Outcome report(Outcome outcome, String generation) {
        Type type = switch (outcome) {
            case COMMITTED -> Type.ok;
            case ROLLED_BACK -> Type.fail;
            default -> Type.info;
        };
        history.add(process, "recover", type, Map.of("outcome", outcome, "generation", generation));
        activities.runEnded(runId);
        return outcome;
    }

    private <T> T attempt(Step step, Function<ReanchorActivities, T> call) {
        return attempt(step, attempts, call);
    }

    private <T> T attempt(Step step, int most, Function<ReanchorActivities, T> call) {
        String as = process + "/steps";
        for (int number = 1; ; number++) {
            watcher.begins(step);
            history.add(as, step.name(), Type.invoke, Map.of("attempt", number));
            try {
                T result = call.apply(activities.as(runId, number));
                history.add(as, step.name(), Type.ok, Map.of());
                return result;
            } catch (ActivityFailure e) {
                history.add(as, step.name(), Type.info, Map.of("failure", describe(e)));
                watcher.failed();
                boolean again = !(e.getCause() instanceof ApplicationFailure failure) || !failure.isNonRetryable();
                boolean settling =
                        step.compareTo(Step.UNDO) >= 0; // asked until it is answered, whatever the answer was
                if (number == most || !(again || settling)) {
                    throw new GivenUp(describe(e), step != Step.FLAG && isFenced(e));
                }
                pauseAsTold(e);
            }
        }
    }

    /** As Temporal does: the next attempt comes when the failure says that it may help. */
    private static void pauseAsTold(ActivityFailure e) {
        if (e.getCause() instanceof ApplicationFailure failure && failure.getNextRetryDelay() != null) {
            try {
                Thread.sleep(failure.getNextRetryDelay().toMillis() + 1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted between attempts", interrupted);
            }
        }
    }

    private static boolean isFenced(ActivityFailure e) {
        return e.getCause() instanceof ApplicationFailure failure
                && failure.getType().equals(FailureTypes.FENCED);
    }

    private static String describe(ActivityFailure e) {
        return String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage());
    }
}
