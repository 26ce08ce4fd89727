package io.reanchor.activity;

import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.WeightQueue;
import io.reanchor.exchange.WeightQueue.Answer;
import io.reanchor.exchange.WeightQueue.Ticket;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.Token;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.KeptUp;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.RevertActivities;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/** The steps as activities: who owns what is decided here, from what the server says of the attempt. Thread-safe. */
final class ReanchorActivitiesImpl implements ReanchorActivities, RevertActivities {
    /** An attempt that answers by itself tells more than one that is timed out. */
    private static final Duration MARGIN = Duration.ofMillis(500);

    /** The limit of a step that fetches lies a second past the operation's deadline; its answer must come before that one. */
    private static final Duration FETCH_MARGIN = MARGIN.plusSeconds(1);

    private final Clock clock;
    private final MarketState state;
    private final WeightQueue queue;
    private final Heartbeat heartbeat;
    private final RaiseFlagStep raiseFlag;
    private final StageSnapshotStep stageSnapshot;
    private final StageTradesStep stageTrades;
    private final BringUp bringUp;
    private final ValidateStep validate;
    private final KeepUpStep keepUp;
    private final HookStep hook;
    private final FlightRecorder recorder;
    private final SwapStep swap;

    ReanchorActivitiesImpl(
            MarketState state,
            MarketDataSources sources,
            WeightQueue queue,
            RecoverySettings settings,
            RunRegistry runs,
            Clock clock,
            ExecutorService requests,
            ScheduledExecutorService beats) {
        this.clock = clock;
        this.state = state;
        this.queue = queue;
        this.heartbeat = new Heartbeat(beats);
        this.recorder = new FlightRecorder(settings, clock);
        this.raiseFlag = new RaiseFlagStep(state, runs, clock, requests);
        this.stageSnapshot = new StageSnapshotStep(sources, state, settings.depthLimit(), clock, requests, recorder);
        Klines klines = new Klines(requests, clock);
        this.stageTrades = new StageTradesStep(sources, state, settings, klines, clock, recorder);
        this.bringUp = new BringUp(state);
        this.validate = new ValidateStep(sources, state, settings, klines, recorder);
        this.keepUp = new KeepUpStep(state, clock, recorder);
        this.hook = new HookStep(settings.hooks(), requests);
        this.swap = new SwapStep(state, validate, settings.barsRetention());
    }

    @Override
    public Admission admit(Admit step) {
        Ticket ticket = new Ticket(info().getRunId(), step.symbol(), step.priority(), step.arrived(), step.lease());
        return StepFailures.named(step.symbol(), () -> {
            Answer answer = queue.ask(ticket);
            return new Admission(
                    answer.granted(),
                    answer.askAgain(),
                    answer.position(),
                    answer.waiting(),
                    answer.expected(),
                    answer.why());
        });
    }

    @Override
    public FlagRaised raiseFlag(RaiseFlag step) {
        Instant until = until(MARGIN);
        return step(step.symbol(), () -> raiseFlag.run(step, token(step.round()), info().getWorkflowId(), until));
    }

    @Override
    public StagedBook stageSnapshot(StageMarketData step) {
        Owner owner = owner(step);
        Instant until = until(FETCH_MARGIN);
        return step(step.symbol(), () -> recorded(step.round(), () -> stageSnapshot.run(step, owner, until)));
    }

    @Override
    public StagedBars stageTrades(StageMarketData step) {
        Owner owner = owner(step);
        Instant until = until(FETCH_MARGIN);
        return step(step.symbol(), () -> recorded(step.round(), () -> stageTrades.run(step, owner, until)));
    }

    @Override
    public StagedFeatures buildFeatures(BuildFeatures step) {
        return step(
                step.symbol(),
                () -> bringUp.run(step.symbol(), token(step.round()), step.book(), step.bars(), "")
                        .state()
                        .features());
    }

    @Override
    public ValidationReport validate(Validate step) {
        return step(step.symbol(), () -> recorded(step.round(), () -> validate.run(step, token(step.round()))));
    }

    @Override
    public KeptUp keepUp(KeepUp step) {
        return step(step.symbol(), () -> keepUp.run(step, token(step.round())));
    }

    @Override
    public Comparison compare(Compare step) {
        return StepFailures.named(
                step.symbol(),
                () -> LiveAgainstStaged.of(state, step.symbol(), clock.instant())
                        .orElseThrow(
                                () -> new StepFailure(
                                        FailureTypes.FENCED,
                                        false,
                                        step.symbol()
                                                + ": nothing is staged to compare: it has expired, or was taken by another recovery; stage anew")));
    }

    @Override
    public HookAnswer callHook(CallHook step) {
        ReanchorStatus status = step.status();
        return step(status.symbol(), () -> recorded(status.round(), () -> hook.run(step)));
    }

    /** Without a heartbeat: nothing may interrupt it between sending EXEC and reading its reply. */
    @Override
    public SwapReceipt swap(Swap step) {
        queue.done(step.symbol(), info().getRunId());
        Token token = token(step.round());
        return StepFailures.named(
                step.symbol(),
                () -> recorded(step.round(), () -> {
                    SwapReceipt receipt = swap.run(step, token, info().getWorkflowId());
                    recorder.end(step.symbol(), token, Outcome.COMMITTED);
                    return receipt;
                }));
    }

    @Override
    public Followed follow(Follow step) {
        return StepFailures.named(step.symbol(), () -> swap.look(step.symbol()));
    }

    @Override
    public RevertPlan planRevert(PlanRevert step) {
        return StepFailures.named(step.symbol(), () -> state.planRevert(step.symbol(), step.generation()));
    }

    @Override
    public SwapReceipt revert(Revert step) {
        Token token = token(step.round());
        return StepFailures.named(step.symbol(), () -> {
            SwapReceipt receipt =
                    state.revert(step.symbol(), token, info().getWorkflowId(), step.generation(), step.regardless());
            return swap.follow(step.symbol(), receipt, Set.of());
        });
    }

    @Override
    public Settlement settle(Settle step) {
        queue.done(step.symbol(), info().getRunId());
        return StepFailures.named(step.symbol(), () -> {
            Token token = token(step.round());
            Settlement settled = state.settle(step.symbol(), token, step.against(), step.keepStaged());
            SwapReceipt receipt = settled.receipt();
            recorder.end(step.symbol(), token, settled.outcome());
            return receipt == null
                    ? settled
                    : new Settlement(
                            settled.outcome(),
                            swap.follow(step.symbol(), receipt, Set.of()),
                            settled.undone(),
                            settled.replication());
        });
    }

    private <T> T recorded(int round, Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (Exception e) {
            recorder.failed(token(round), e);
            throw e;
        }
    }

    private <T> T step(String symbol, Callable<T> work) {
        return StepFailures.named(symbol, () -> heartbeat.during(Activity.getExecutionContext(), work));
    }

    /** When this attempt must have an answer, by our own clock: of the server's only differences are used. */
    private Instant until(Duration margin) {
        ActivityInfo info = info();
        Duration waited = Duration.ofMillis(info.getStartedTimestamp() - info.getScheduledTimestamp());
        Duration attempt = info.getStartToCloseTimeout();
        Duration all = info.getScheduleToCloseTimeout().minus(waited);
        return clock.instant().plus(attempt.compareTo(all) < 0 ? attempt : all).minus(margin);
    }

    private static Owner owner(StageMarketData step) {
        return Owner.of(token(step.round()), step.call(), info().getAttempt());
    }

    /** From the run's own id, which a reset can't copy. */
    private static Token token(int round) {
        return Token.of(info().getRunId(), round);
    }

    private static ActivityInfo info() {
        return Activity.getExecutionContext().getInfo();
    }
}
