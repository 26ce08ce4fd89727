package io.reanchor.workflow;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What recovering many symbols needs of the world. Each is short, and may be called again. */
@ActivityInterface(namePrefix = "")
public interface ManyActivities {
    /** The symbols that have a live book, in alphabetical order. */
    @ActivityMethod(name = "LiveSymbols")
    List<String> liveSymbols();

    /** Starts or joins the recovery of each, in this order; one answer each. */
    @ActivityMethod(name = "StartRecoveries")
    List<Started> start(List<ReanchorRequest> recoveries);

    /** How each stands; one answer each. */
    @ActivityMethod(name = "LookAtRecoveries")
    List<Standing> look(List<Open> recoveries);

    /** Aborts those that can be; what can't be goes on. */
    @ActivityMethod(name = "AbortRecoveries")
    void abort(List<Open> recoveries, String reason);

    /**
     * @param runId the run that takes care of the symbol; null when there is none
     * @param failure why there is none; null when there is one
     * @param again whether another try may succeed
     */
    record Started(
            String symbol, @Nullable String runId, @Nullable String failure, boolean again) {}

    /** A recovery that hadn't ended when it was last looked at. */
    record Open(String symbol, String runId) {}

    /**
     * @param atWork whether a step of it is under way; otherwise it waits, for weight as a rule
     * @param end how it ended; null when it hasn't
     */
    record Standing(String symbol, boolean atWork, ManyResult.@Nullable Line end) {}
}
