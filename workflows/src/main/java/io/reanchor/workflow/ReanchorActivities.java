package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorResult.Failure;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a recovery. Each may be tried again, may finish late, and may have happened although its caller saw a
 * failure; each is fenced in Redis, so that only the attempt which the workflow accepted can go live.
 *
 * <p>The token that owns the flag and the staged keys is made inside the activities from the run's own id: a reset copies
 * everything that stands in a history, so no id of it may serve as a fencing token.
 */
@ActivityInterface(namePrefix = "")
public interface ReanchorActivities {

    /**
     * Asks whether the exchange has weight for one more recovery, and sets it aside if so. Called where the workflow runs; never blocks.
     */
    @ActivityMethod(name = "Admit")
    Admission admit(Admit step);

    /**
     * Claims the symbol: sets the flag {@code reanchor:S}, once the symbol is known to be one that trades.
     *
     * @return the generation that is live, empty when there is none
     */
    @ActivityMethod(name = "RaiseFlag")
    FlagRaised raiseFlag(RaiseFlag step);

    /** Fetches a snapshot that covers the gap and stages it as {@code ob:new:S}. */
    @ActivityMethod(name = "StageSnapshot")
    StagedBook stageSnapshot(StageMarketData step);

    /** Fetches the trades since the gap, builds bars, carries older ones over, stages {@code tr:new:S:1s} and {@code :5s}. */
    @ActivityMethod(name = "StageTrades")
    StagedBars stageTrades(StageMarketData step);

    /** Computes the features of what is staged, and stages them as {@code feat:new:S}. */
    @ActivityMethod(name = "BuildFeatures")
    StagedFeatures buildFeatures(BuildFeatures step);

    /** Reads the staged keys back from Redis and checks them. A failed check is in the report, not an exception. */
    @ActivityMethod(name = "Validate")
    ValidationReport validate(Validate step);

    /**
     * Keeps what is staged up with the journals, and flag and staged keys from expiring, for a while; a heartbeat tells that it goes on.
     */
    @ActivityMethod(name = "KeepUp")
    KeptUp keepUp(KeepUp step);

    /** Holds what is staged against what is live. Changes nothing. */
    @ActivityMethod(name = "Compare")
    Comparison compare(Compare step);

    /** Calls a hook. Refused as {@code Vetoed}; what it said is for the operator. */
    @ActivityMethod(name = "CallHook")
    HookAnswer callHook(CallHook step);

    /** Applies the journals' last events, checks once more, cuts over in one transaction, and follows the journals: the point of no return. */
    @ActivityMethod(name = "Swap")
    SwapReceipt swap(Swap step);

    /** Replays the journals onto what is live, and tells where live is then. */
    @ActivityMethod(name = "Follow")
    Followed follow(Follow step);

    /**
     * Finds out whether the cut-over happened; if not, drops what is staged and the flag, in the same script. The undo of
     * every step.
     */
    @ActivityMethod(name = "Settle")
    Settlement settle(Settle step);

    /**
     * @param symbol which symbol
     * @param priority the higher goes first
     * @param arrived since when it waits; among equals the earlier goes first
     * @param lease how long the weight may stay set aside
     */
    record Admit(String symbol, int priority, Instant arrived, Duration lease) {}

    /**
     * @param granted whether the recovery may begin
     * @param askAgain after how long to ask again
     * @param position place among those who wait, from 1
     * @param waiting how many wait
     * @param expected after how long its turn is expected
     * @param why what is missing
     */
    record Admission(boolean granted, Duration askAgain, int position, int waiting, Duration expected, String why) {
        /** Without waiting. */
        public static final Admission AT_ONCE = new Admission(true, Duration.ZERO, 0, 0, Duration.ZERO, "");
    }

    /**
     * @param symbol which symbol
     * @param round number of the round in the run: each has a token of its own
     * @param flagTtl how long the flag may stand: what is left of the operation, and the time its undo may take
     */
    record RaiseFlag(String symbol, int round, Duration flagTtl) {}

    /**
     * @param generation the live generation, empty when there is none
     * @param lastUpdateId the live book's update id, or null when there is no live book
     * @param lastTradeId the live bars' last raw trade id, or null when there are none
     * @param noticed for the operator: an acknowledged cut-over that is no longer there
     */
    record FlagRaised(
            String generation,
            @Nullable Long lastUpdateId,
            @Nullable Long lastTradeId,
            List<String> noticed) {
        public FlagRaised {
            noticed = noticed == null ? List.of() : List.copyOf(noticed); // older workers tell none
        }
    }

    /**
     * @param symbol which symbol
     * @param round number of the round in the run
     * @param call number of this call in the round, for the fence: a retry keeps it, a new call raises it
     * @param gap all that was reported
     */
    record StageMarketData(String symbol, int round, int call, FeedGap gap) {}

    record BuildFeatures(String symbol, int round, StagedBook book, StagedBars bars) {}

    /** @param gap what it was staged for */
    record Validate(String symbol, int round, FeedGap gap, StagedState staged) {}

    /** @param gap all that isn't covered yet, reports that came after staging included */
    record Swap(String symbol, int round, FeedGap gap, StagedState staged, ValidationReport validation) {}

    record Follow(String symbol) {}

    /**
     * @param flagTtl how long the flag may stand after the last renewal: what comes after an approval must fit into it
     * @param duration after how long it answers, so that the run knows how it goes
     */
    record KeepUp(
            String symbol,
            int round,
            StagedBook book,
            StagedBars bars,
            String against,
            Duration flagTtl,
            Duration duration) {}

    record Compare(String symbol) {}

    /**
     * What a hook gets, as JSON.
     *
     * @param point when it is called
     * @param outcome how the recovery went; null before the cut-over
     * @param receipt of the cut-over; null when there was none
     * @param failure why it went no further; null when it did
     * @param status where it stands
     */
    record CallHook(
            HookPoint point,
            @Nullable Outcome outcome,
            @Nullable SwapReceipt receipt,
            @Nullable Failure failure,
            ReanchorStatus status) {}

    /** @param said the first of what it answered */
    record HookAnswer(String said) {}

    /**
     * @param symbol which symbol
     * @param round number of the round in the run
     * @param against the generation that was staged against; null when no cut-over can have been tried
     * @param keepStaged whether what is staged stays, until its TTL ends; without the flag nobody can put it live
     */
    record Settle(String symbol, int round, @Nullable String against, boolean keepStaged) {}
}
