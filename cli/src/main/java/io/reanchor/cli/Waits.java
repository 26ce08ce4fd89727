package io.reanchor.cli;

import io.reanchor.client.ReanchorException;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;

/** Waiting for the end of a recovery. */
final class Waits {
    private Waits() {}

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
