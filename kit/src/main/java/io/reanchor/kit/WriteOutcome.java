package io.reanchor.kit;

import org.jspecify.annotations.Nullable;

/**
 * How a live key stands after a write.
 *
 * @param verdict {@code APPLIED} or {@code STALE} when it has all that was ever in hand; {@code GAP} and {@code ABSENT} when only a recovery
 *     helps: report {@code missing}, at each outcome that says so, until none does; {@code HELD} and {@code UNKNOWN} pass: write, or catch up,
 *     again
 * @param id the key's own id, of bars the lower of the two; null when it isn't known, or there is none
 * @param applied how many events this call applied
 * @param missing what the key lacks, as a recovery is asked for it; null when it lacks nothing, or that isn't known
 * @param lost how many events this writer has had to let go of, for good, since it was made: without a journal, or without a Redis,
 *     there is an end to what it keeps
 * @param failure what Redis, or the way to it, said; null when it answered
 */
public record WriteOutcome(
        Verdict verdict,
        @Nullable Long id,
        int applied,
        @Nullable Missing missing,
        long lost,
        @Nullable String failure) {

    /**
     * A gap.
     *
     * @param first the first id that is missing; null when there is no key
     * @param upTo the last id of the newest event known: what a recovery must reach. Never the last id that is missing, since a snapshot may
     *     end inside an update
     */
    public record Missing(@Nullable Long first, long upTo) {}

    /** Whether the key has all that was ever in hand. */
    public boolean isWhole() {
        return verdict == Verdict.APPLIED || verdict == Verdict.STALE;
    }
}
