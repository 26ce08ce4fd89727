package io.reanchor.cli;

import io.reanchor.client.ReanchorException;
import io.reanchor.workflow.FailureTypes;

/** What each failure means to the one who called: an exit code, and a message that names the next step. */
final class Failures {
    private Failures() {}

    static CommandFailure of(Exception e) {
        if (e instanceof CommandFailure failure) {
            return failure;
        }
        if (e instanceof ReanchorException refused) {
            return new CommandFailure(exitCode(refused.type()), refused.getMessage(), e);
        }
        return new CommandFailure(
                ExitCodes.UNEXPECTED,
                "unexpected %s; run it with REANCHOR_DEBUG=1 and report what it shows".formatted(e),
                e);
    }

    private static int exitCode(String type) {
        return switch (type) {
            case ReanchorException.TEMPORAL_UNAVAILABLE, ReanchorException.TEMPORAL_REFUSED -> ExitCodes.UNREACHABLE;
            case ReanchorException.NO_ANSWER, ReanchorException.CLOSED -> ExitCodes.UNKNOWN;
            case ReanchorException.NOT_FOUND -> ExitCodes.NOT_FOUND;
            case ReanchorException.NOT_SUPPORTED,
                    ReanchorException.REFUSED,
                    FailureTypes.TOO_EARLY,
                    FailureTypes.PAUSED,
                    FailureTypes.NOT_COVERED,
                    FailureTypes.TOO_LATE,
                    FailureTypes.BAD_REQUEST -> ExitCodes.REFUSED;
            default -> ExitCodes.UNEXPECTED;
        };
    }
}
