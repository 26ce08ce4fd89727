package io.reanchor.activity;

import io.reanchor.redis.CutOverOrder;
import io.reanchor.redis.LiveIds;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Reached;
import io.reanchor.redis.RedisStateException;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Catches up for the last time, checks what is staged then, cuts over, and follows: what goes live was checked, and is milliseconds old. */
final class SwapStep {
    private final MarketState state;
    private final BringUp bringUp;
    private final ValidateStep checks;
    private final Duration barsRetention;

    SwapStep(MarketState state, ValidateStep checks, Duration barsRetention) {
        this.state = state;
        this.bringUp = new BringUp(state);
        this.checks = checks;
        this.barsRetention = barsRetention;
    }

    SwapReceipt run(Swap step, Token token, String workflowId) {
        Set<String> noticed = new LinkedHashSet<>();
        SwapReceipt receipt = state.cutOver(step.symbol(), token, () -> prepare(step, token, workflowId, noticed));
        return follow(step.symbol(), receipt, noticed);
    }

    private CutOverOrder prepare(Swap step, Token token, String workflowId, Set<String> noticed) {
        StagedState accepted = step.staged();
        BringUp.Brought brought =
                bringUp.run(step.symbol(), token, accepted.book(), accepted.bars(), accepted.against());
        noticed.addAll(brought.how().noticed());
        StagedState current = brought.state().with(bringUp.stillLost(step.symbol(), accepted.book()));
        requireCovered(step, current, brought.how().left());
        ValidationReport report = checks.again(step.symbol(), token, accepted, brought);
        if (!report.passed()) {
            throw new StepFailure(FailureTypes.CHECK_FAILED, false, report.refusal(step.symbol()));
        }
        return new CutOverOrder(step.symbol(), token, workflowId, step.gap(), current);
    }

    /** Before the checks: what doesn't reach a report isn't wrong, it is staged anew; or caught up with further, while the journals go on. */
    private static void requireCovered(Swap step, StagedState current, List<String> left) {
        FeedGap gap = step.gap();
        Long book = current.book().key().id();
        Long bars = current.bars().bars1s().id();
        boolean covered = (gap.lastUpdateId() == null || (book != null && book >= gap.lastUpdateId()))
                && (gap.lastTradeId() == null || (bars != null && bars >= gap.lastTradeId()));
        if (!covered) {
            throw new StepFailure(
                    left.isEmpty() ? FailureTypes.NOT_COVERED : FailureTypes.LIVE_MOVED,
                    !left.isEmpty(),
                    "%s: reported was update id %s and trade id %s, what is staged ends at %s and %s, %s"
                            .formatted(
                                    step.symbol(),
                                    gap.lastUpdateId(),
                                    gap.lastTradeId(),
                                    book,
                                    bars,
                                    left.isEmpty()
                                            ? "the journals end there too; it is staged anew"
                                            : left + "; trying again goes on from there"));
        }
    }

    /** Also for a cut-over that was found done: who did it may not have come as far. */
    SwapReceipt follow(String symbol, SwapReceipt receipt, Set<String> noticedBefore) {
        Reached reached = state.follow(symbol, barsRetention);
        Set<String> noticed = new LinkedHashSet<>(noticedBefore);
        noticed.addAll(reached.how().noticed());
        Followed before = receipt.followed();
        Followed followed = new Followed(
                reached.live().lastUpdateId(),
                reached.live().lastTradeId(),
                before == null ? null : before.behindMs(),
                List.copyOf(noticed));
        try {
            state.tell(symbol, receipt.with(followed));
        } catch (RedisStateException e) {
            // It is live: that it is told of in a stream isn't worth a retry of the cut-over.
            noticed.add("the cut-over to generation %s is done, but couldn't be written to reanchor:events: %s"
                    .formatted(receipt.generation(), e.getMessage()));
        }
        return receipt.with(new Followed(
                followed.lastUpdateId(), followed.lastTradeId(), followed.behindMs(), List.copyOf(noticed)));
    }

    /** Replays the journals onto live, and tells where it is then. */
    Followed look(String symbol) {
        Reached reached = state.follow(symbol, barsRetention);
        LiveIds live = reached.live();
        return new Followed(
                live.lastUpdateId(), live.lastTradeId(), null, reached.how().noticed());
    }
}
