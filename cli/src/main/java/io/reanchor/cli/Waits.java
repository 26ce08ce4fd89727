package io.reanchor.cli;

import io.reanchor.client.ManyRecovery;
import io.reanchor.client.ReanchorException;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.ManyResult;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.Stage;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waiting for the end of a recovery. */
final class Waits {
    private static final Duration LOOK = Duration.ofMillis(100);

    private Waits() {}

    /** The end of many recoveries; fails alike. */
    static ManyResult untilEnd(ManyRecovery recovery, String id, Duration timeout) {
        try {
            return recovery.await(timeout);
        } catch (ReanchorException e) {
            if (!ReanchorException.NO_ANSWER.equals(e.type())) {
                throw e;
            }
            throw new CommandFailure(
                    ExitCodes.UNKNOWN,
                    "%s hasn't ended within %s; it goes on, and the same command with '--id %s' waits for it"
                            .formatted(recovery.workflowId(), Words.of(timeout), id),
                    e);
        }
    }

    /**
     * The moment at which a recovery waits for an approval, or has ended before.
     *
     * @throws CommandFailure {@link ExitCodes#UNKNOWN} when the deadline, which was {@code timeout} once, passes before
     */
    static ReanchorStatus untilApprovable(Recovery recovery, Deadline deadline, Duration timeout) {
        ReanchorStatus status = statusOnce(Waits::waitsForApproval, recovery, deadline);
        if (waitsForApproval(status) || status.stage().isFinal()) {
            return status;
        }
        throw new CommandFailure(
                ExitCodes.UNKNOWN,
                "recovery of %s doesn't wait for an approval within %s; it goes on, and 'reanchor status %s' tells where it stands"
                        .formatted(recovery.symbol(), Words.of(timeout), recovery.symbol()),
                null);
    }

    /**
     * The end of an approved recovery.
     *
     * @throws CommandFailure {@link ExitCodes#REFUSED} when what was approved couldn't go live and, staged anew, waits for another approval;
     *     {@link ExitCodes#UNKNOWN} when the deadline, which was {@code timeout} once, passes before
     */
    static ReanchorResult untilApprovedEnds(Recovery recovery, Deadline deadline, Duration timeout) {
        ReanchorStatus status = statusOnce(Waits::waitsForAnotherApproval, recovery, deadline);
        if (waitsForAnotherApproval(status)) {
            throw new CommandFailure(
                    ExitCodes.REFUSED,
                    ("recovery of %s: what was approved couldn't go live: a gap was found that it didn't cover, or it was lost. It is staged anew"
                                    + " (round %d) and waits again: 'reanchor diff %s', then 'reanchor approve %s'")
                            .formatted(recovery.symbol(), status.round(), recovery.symbol(), recovery.symbol()),
                    null);
        }
        return untilEnd(recovery, deadline, timeout);
    }

    private static boolean waitsForApproval(ReanchorStatus status) {
        return status.stage() == Stage.AWAITING_APPROVAL;
    }

    /** Of one that was approved already. */
    private static boolean waitsForAnotherApproval(ReanchorStatus status) {
        return waitsForApproval(status) && status.approval() == null;
    }

    /** The status once it is as wanted, or the recovery has ended, or the deadline is near. */
    private static ReanchorStatus statusOnce(Predicate<ReanchorStatus> wanted, Recovery recovery, Deadline deadline) {
        ReanchorStatus status = recovery.status();
        while (!wanted.test(status)
                && !status.stage().isFinal()
                && deadline.left().compareTo(LOOK) >= 0) {
            LockSupport.parkNanos(LOOK.toNanos());
            status = recovery.status();
        }
        return status;
    }

    /**
     * The end of the recovery.
     *
     * @throws CommandFailure {@link ExitCodes#UNKNOWN} when the deadline, which was {@code timeout} once, passes before
     */
    static ReanchorResult untilEnd(Recovery recovery, Deadline deadline, Duration timeout) {
        try {
            return recovery.await(deadline.left());
        } catch (ReanchorException e) {
            if (!ReanchorException.NO_ANSWER.equals(e.type())) {
                throw e;
            }
            throw new CommandFailure(
                    ExitCodes.UNKNOWN,
                    "recovery of %s hasn't ended within %s; it goes on, and 'reanchor status %s' tells how it ends"
                            .formatted(recovery.symbol(), Words.of(timeout), recovery.symbol()),
                    e);
        }
    }
}
