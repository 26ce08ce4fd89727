package io.reanchor.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many recoveries ended.
 *
 * @param lines one a symbol, in the order in which they were asked for
 * @param startedAt when the first was started
 * @param endedAt when the last was seen to have ended
 */
public record ManyResult(List<Line> lines, Instant startedAt, Instant endedAt) {
    /** How one ended. */
    public enum End {
        COMMITTED,
        ROLLED_BACK,
        /** Its outcome can't be told: it was closed from outside, or overtaken; see {@link Outcome#SUPERSEDED}. */
        UNKNOWN,
        NOT_STARTED
    }

    /**
     * One symbol's end.
     *
     * @param runId its run, null when none was started
     * @param generation what went live, null unless committed
     * @param why what kept it from being committed, empty when it was
     * @param endedAt when it ended, as far as it is known
     */
    public record Line(
            String symbol,
            End end,
            @Nullable String runId,
            @Nullable String generation,
            String why,
            @Nullable Instant endedAt) {
        /** Of a result that is there. */
        public static Line of(String runId, ReanchorResult result) {
            End end = switch (result.outcome()) {
                case COMMITTED -> End.COMMITTED;
                case ROLLED_BACK, REHEARSED -> End.ROLLED_BACK;
                case SUPERSEDED -> End.UNKNOWN;
            };
            SwapReceipt receipt = result.receipt();
            ReanchorResult.Failure failure = result.failure();
            return new Line(
                    result.symbol(),
                    end,
                    runId,
                    receipt == null ? null : receipt.generation(),
                    failure == null ? "" : failure.type() + ": " + failure.message(),
                    result.endedAt());
        }

        static Line notStarted(String symbol, String why) {
            return new Line(symbol, End.NOT_STARTED, null, null, why, null);
        }
    }

    public ManyResult {
        lines = List.copyOf(lines);
        Objects.requireNonNull(startedAt);
    }

    /** How many ended so. */
    public long count(End end) {
        return lines.stream().filter(line -> line.end() == end).count();
    }
}
