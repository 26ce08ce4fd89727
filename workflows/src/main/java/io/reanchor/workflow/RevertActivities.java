package io.reanchor.workflow;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/** The steps of a revert beside those that it shares with a recovery: the flag, and settling. */
@ActivityInterface(namePrefix = "")
public interface RevertActivities {

    /** Looks at what would be put back, and how far the journals carry it. Changes nothing. */
    @ActivityMethod(name = "PlanRevert")
    RevertPlan planRevert(PlanRevert step);

    /** Puts the old state back in one transaction, and follows the journals. */
    @ActivityMethod(name = "Revert")
    SwapReceipt revert(Revert step);

    /** @param generation the live generation that is to be undone; null for the live one, if a recovery made it */
    record PlanRevert(String symbol, @Nullable String generation) {}

    /**
     * @param round number of the round in the run, for the token
     * @param generation the live generation that is to be undone
     * @param regardless whether it is done although no journal carries the old state on to where live is
     */
    record Revert(String symbol, int round, String generation, boolean regardless) {}
}
