package io.reanchor.cli;

import io.reanchor.client.ManyRecovery;
import io.reanchor.client.ReanchorException;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.ManyResult;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;

/** Waiting for the end of a recovery. */
final class Waits {
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
