package io.reanchor.demo;

import io.reanchor.client.Recovery;
import io.reanchor.demo.Findings.OperatorsHand;
import io.reanchor.demo.GapReporter.Reported;
import io.reanchor.testkit.TransactionalReaders;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.CutOverMode;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.RevertRequest;
import io.reanchor.workflow.Stage;
import io.reanchor.workflow.SwapReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Act 3: a cut-over waits for somebody's word, is compared, approved, and taken back; live is true all the while. */
final class OperatorsHandAct {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final Duration WAITING = Duration.ofMillis(1500);
    private static final Duration AFTERWARDS = Duration.ofMillis(1000);

    private final Cast cast;
    private final int readers;
    private final LiveLooks looks;
    private final String symbol;

    OperatorsHandAct(Cast cast, int readers) {
        this.cast = cast;
        this.readers = readers;
        this.looks = new LiveLooks(cast.rig());
        this.symbol = cast.rig().market().symbol();
    }

    /** @return what was found, or null when what it begins with didn't come */
    @Nullable
    OperatorsHand play() throws InterruptedException {
        Narrator narrator = cast.narrator();
        narrator.title("Act 3: an operator's hand");
        narrator.say("The writer is back; what it missed is recovered first.");
        cast.writer().start();
        Reported missed = cast.reporter().next(PATIENCE);
        Recovered healed = cast.stages().follow(missed);
        if (!healed.isCommitted()) {
            cast.promises().add("act 3: what the writer missed is recovered", false, healed.ending());
            return null;
        }
        cast.await(Cast.goesOn(healed.updateId()), PATIENCE);
        try (TransactionalReaders reading = TransactionalReaders.start(
                cast.rig().redis(), readers, cast.rig().keys().live())) {
            return play(healed, reading);
        }
    }

    private OperatorsHand play(Recovered healed, TransactionalReaders reading) throws InterruptedException {
        Narrator narrator = cast.narrator();
        LevelCheck.Range before = healed.trustedRange();
        Instant asked = Instant.now();
        Recovery recovery = cast.rig()
                .client()
                .recover(new ReanchorRequest(symbol, FeedGap.UNKNOWN, "demo: postponed", "demo", null)
                        .with(CutOverMode.WHEN_APPROVED, 600));
        awaitApproval(recovery);
        narrator.say(
                "A recovery is asked to wait for a word (recover --postpone). After %s it stands proven beside the live keys, and is kept up with the feed.",
                Words.of(Duration.between(asked, Instant.now())));
        looks.watch(before, WAITING);
        Comparison found = recovery.compare();
        narrator.say(
                "Compared (diff): of %s levels %s differ, of %s bars %s; live is at update id %s, staged at %s.",
                Words.of(found.levels().compared()),
                Words.of(found.levels().differ()),
                Words.of(found.bars1s().compared()),
                Words.of(found.bars1s().differ()),
                String.valueOf(found.live().lastUpdateId()),
                String.valueOf(found.staged().lastUpdateId()));

        Duration postponed = Duration.between(asked, Instant.now());
        recovery.approve("the audience");
        ReanchorResult approved = recovery.await(ENDS_WITHIN);
        SwapReceipt receipt = approved.receipt();
        Followed followed = receipt == null ? null : receipt.followed();
        cast.promises()
                .add(
                        "act 3: what is approved goes live",
                        approved.outcome() == Outcome.COMMITTED && receipt != null,
                        approved.outcome()
                                + (approved.failure() == null
                                        ? ""
                                        : ": " + approved.failure().message()));
        narrator.say(
                "Approved (approve): generation %s is live, %s behind the feed.",
                receipt == null ? "none" : receipt.generation().replaceFirst("-.*", ""),
                followed == null || followed.behindMs() == null
                        ? "nobody can tell how far"
                        : Words.of(Duration.ofMillis(followed.behindMs())));
        looks.watch(Recovered.of(approved, asked).trustedRange(), AFTERWARDS);

        ReanchorResult reverted = revert();
        RevertPlan plan = Objects.requireNonNull(reverted.revert());
        looks.watch(before, AFTERWARDS);
        TransactionalReaders.Verdict seen = reading.stop();
        judge(reverted, plan, seen);
        return new OperatorsHand(
                postponed.toMillis(),
                found.levels().differ(),
                found.levels().compared(),
                receipt == null ? "" : receipt.generation(),
                followed == null ? null : followed.behindMs(),
                plan.back(),
                plan.carried(),
                plan.thrownAway(),
                looks.looks(),
                looks.looked(),
                looks.wrong(),
                Reads.of(seen));
    }

    /** Told before, then done. */
    private ReanchorResult revert() {
        RevertRequest dry = new RevertRequest(symbol, null, true, 0, "demo", "demo");
        RevertPlan plan = Objects.requireNonNull(
                cast.rig().client().revert(dry, ENDS_WITHIN).revert());
        cast.narrator()
                .say(
                        "Taken back (revert --dry-run): generation %s would come back, from update id %s on, and %s.",
                        plan.back().replaceFirst("-.*", ""),
                        String.valueOf(plan.old().lastUpdateId()),
                        plan.carried()
                                ? "the journals carry it on to where live is: nothing is lost"
                                : "this would be lost: " + plan.thrownAway());
        ReanchorResult reverted = cast.rig()
                .client()
                .revert(new RevertRequest(symbol, plan.generation(), false, 0, "demo", "demo"), ENDS_WITHIN);
        SwapReceipt receipt = reverted.receipt();
        cast.narrator()
                .say(
                        "Done (revert): its state is live again, as generation %s, and the writer goes on.",
                        receipt == null ? "none" : receipt.generation().replaceFirst("-.*", ""));
        return reverted;
    }

    private void judge(ReanchorResult reverted, RevertPlan plan, TransactionalReaders.Verdict seen) {
        cast.promises()
                .add(
                        "act 3: a revert brings the state before back, and loses nothing",
                        reverted.outcome() == Outcome.COMMITTED && plan.carried(),
                        reverted.outcome() + ", " + plan);
        cast.promises()
                .add(
                        "act 3: at every look every level and bar is the exchange's",
                        looks.wrong() == 0 && looks.looked() > 0,
                        "%d of %d wrong in %d looks %s"
                                .formatted(looks.wrong(), looks.looked(), looks.looks(), looks.example()));
        boolean whole = seen.torn() + seen.missing() + seen.empty() == 0 && seen.backwards() <= readers;
        cast.promises()
                .add(
                        "act 3: no reader sees a state that is torn, missing or empty, or goes back but once, at the revert",
                        whole && seen.reads() > 0,
                        seen.toString());
    }

    private void awaitApproval(Recovery recovery) throws InterruptedException {
        long end = System.nanoTime() + ENDS_WITHIN.toNanos();
        ReanchorStatus status = recovery.status();
        while (status.stage() != Stage.AWAITING_APPROVAL) {
            if (System.nanoTime() > end || status.stage().isFinal()) {
                throw new IllegalStateException("the postponed recovery awaits no approval: " + status);
            }
            Thread.sleep(20);
            status = recovery.status();
        }
    }
}
