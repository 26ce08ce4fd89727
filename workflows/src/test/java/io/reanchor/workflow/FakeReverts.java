package io.reanchor.workflow;

import io.reanchor.workflow.RevertPlan.Where;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The steps of a revert, which only keep account. */
final class FakeReverts implements RevertActivities {
    static final Where LIVE = new Where(1_000L, 500L);
    static final Where OLD = new Where(900L, 450L);

    /** Where the journals carry the old state on to. */
    volatile Where reached = LIVE;

    /** Where live is once it has been followed. */
    volatile @Nullable Where followed;

    final List<Revert> reverts = new CopyOnWriteArrayList<>();
    volatile Runnable beforeRevert = () -> {};
    volatile Runnable afterRevert = () -> {};

    @Override
    public RevertPlan planRevert(PlanRevert step) {
        boolean carried = reached.equals(LIVE);
        return new RevertPlan(
                step.symbol(),
                step.generation() == null ? "8-new" : step.generation(),
                "7-old",
                LIVE,
                OLD,
                reached,
                carried,
                carried ? List.of() : List.of("updates 901..1000"),
                60_000);
    }

    @Override
    public SwapReceipt revert(Revert step) {
        beforeRevert.run();
        reverts.add(step);
        Where now = followed == null ? reached : followed;
        SwapReceipt receipt = new SwapReceipt(
                "9-revert",
                "8-new",
                900L,
                450L,
                Instant.parse("2024-08-08T00:00:02Z"),
                1,
                false,
                null,
                null,
                null,
                new Followed(now.lastUpdateId(), now.lastTradeId(), null, List.of()));
        afterRevert.run();
        return receipt;
    }
}
