package io.reanchor.cli;

import io.reanchor.workflow.ManyProgress;
import io.reanchor.workflow.ManyResult;
import io.reanchor.workflow.ManyResult.End;
import io.reanchor.workflow.ManyResult.Line;
import java.time.Duration;
import java.time.Instant;

/** The recovery of many symbols as text for people, and as an exit code. */
final class ManyReport {
    private ManyReport() {}

    /** A headline, and a line for each symbol that wasn't committed. */
    static String of(ManyResult result) {
        StringBuilder text =
                new StringBuilder("%d symbols: %d committed, %d rolled back, %d unknown, %d not started; in all %s%n"
                        .formatted(
                                result.lines().size(),
                                result.count(End.COMMITTED),
                                result.count(End.ROLLED_BACK),
                                result.count(End.UNKNOWN),
                                result.count(End.NOT_STARTED),
                                Words.of(Duration.between(result.startedAt(), result.endedAt()))));
        for (Line line : result.lines()) {
            if (line.end() != End.COMMITTED) {
                text.append("  %s %s: %s%n".formatted(line.symbol(), words(line.end()), Words.oneLine(line.why())));
            }
        }
        return text.toString();
    }

    private static String words(End end) {
        return switch (end) {
            case COMMITTED -> "committed";
            case ROLLED_BACK -> "rolled back";
            case UNKNOWN -> "unknown";
            case NOT_STARTED -> "not started";
        };
    }

    static String line(ManyProgress progress, Instant now) {
        Instant end = progress.expectedEnd();
        return "%d symbols: %d committed, %d rolled back, %d others; %d at work, %d waiting, %d to start%s"
                .formatted(
                        progress.total(),
                        progress.committed(),
                        progress.rolledBack(),
                        progress.others(),
                        progress.atWork(),
                        progress.waiting(),
                        progress.toStart(),
                        end == null ? "" : "; about %s left".formatted(Words.of(Duration.between(now, end))));
    }

    /** The worst that there is: unknown before rolled back before not started. */
    static int exitCode(ManyResult result) {
        if (result.count(End.UNKNOWN) > 0) {
            return ExitCodes.UNKNOWN;
        }
        return result.count(End.COMMITTED) == result.lines().size() ? ExitCodes.OK : ExitCodes.ROLLED_BACK;
    }
}
