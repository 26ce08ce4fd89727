package io.reanchor.activity;

import io.reanchor.redis.Claim;
import io.reanchor.redis.Installed;
import io.reanchor.redis.LiveIds;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorActivities.FlagRaised;
import io.reanchor.workflow.ReanchorActivities.RaiseFlag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** Claims the symbol: the flag is free, ours already, or left by a run that is over. */
final class RaiseFlagStep {
    private final MarketState state;
    private final RunRegistry runs;
    private final Clock clock;
    private final ExecutorService requests;

    RaiseFlagStep(MarketState state, RunRegistry runs, Clock clock, ExecutorService requests) {
        this.requests = requests;
        this.state = state;
        this.runs = runs;
        this.clock = clock;
    }

    /** @param until when this attempt must have an answer: until then another's flag is waited for */
    FlagRaised run(RaiseFlag step, Token token, String workflowId, Instant until) throws InterruptedException {
        // Nothing of it depends on the flag, and it takes Temporal two answers.
        try (Beside<List<String>> noticed = Beside.start(requests, () -> lostCutOver(step.symbol()))) {
            claimPatiently(step, token, workflowId, until);
            giveBackIfOver(step.symbol(), token, workflowId);
            LiveIds live = state.liveIds(step.symbol());
            return new FlagRaised(live.generation(), live.lastUpdateId(), live.lastTradeId(), noticed.result());
        }
    }

    private void claimPatiently(RaiseFlag step, Token token, String workflowId, Instant until)
            throws InterruptedException {
        Backoff backoff = new Backoff(clock, until);
        for (Claim claim = claim(step, token, workflowId); !claim.mine(); claim = claim(step, token, workflowId)) {
            if (!backoff.pause()) {
                throw held(step.symbol(), claim);
            }
        }
    }

    /** Whether the last result that was given out still is, or was, live. Told, and no reason to refuse: this run puts it right. */
    private List<String> lostCutOver(String symbol) {
        Optional<String> last;
        try {
            last = runs.lastCommitted(symbol);
        } catch (RuntimeException e) {
            return List.of("%s: whether the last committed cut-over is still there couldn't be looked up: %s"
                    .formatted(symbol, e.getMessage()));
        }
        if (last.isEmpty()) {
            return List.of();
        }
        Installed installed = state.installed(symbol);
        return installed.lost(last.get()) ? List.of(installed.lostText(last.get())) : List.of();
    }

    /**
     * The run may have ended, and settled, while this attempt waited: nobody would take the flag down any more. Being interrupted alone
     * doesn't tell: of an attempt that timed out, the next one has the flag by now.
     */
    private void giveBackIfOver(String symbol, Token token, String workflowId) throws InterruptedException {
        boolean interrupted = Thread.interrupted(); // cleared: an interrupted thread may get no connection
        if (runs.isClosed(workflowId, token.runId())) {
            state.settle(symbol, token, null);
            throw new InterruptedException(symbol + ": given up while the flag was raised; it is taken down again");
        }
        if (interrupted) {
            throw new InterruptedException(symbol + ": given up while the flag was raised; it stays with its run");
        }
    }

    private Claim claim(RaiseFlag step, Token token, String workflowId) {
        Claim claim = state.claim(step.symbol(), token, step.flagTtl());
        Token holder = claim.holder();
        return holder != null && runs.isClosed(workflowId, holder.runId())
                ? state.takeOver(step.symbol(), token, step.flagTtl(), holder)
                : claim;
    }

    private static StepFailure held(String symbol, Claim claim) {
        return new StepFailure(
                FailureTypes.FLAG_HELD,
                true,
                "%s: expected a free flag, found that of %s, which isn't known to be over and lasts for %d ms more; tried again within the deadline, otherwise wait for its end, or abort it"
                        .formatted(symbol, claim.holder(), claim.left().toMillis()));
    }
}
