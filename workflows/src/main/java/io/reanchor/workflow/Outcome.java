package io.reanchor.workflow;

/** How a recovery ended. There is none beside these: an outcome that isn't known yet is looked for until it is. */
public enum Outcome {
    /** The rebuilt state is live; the receipt in {@code meta:S} says so. */
    COMMITTED,
    /**
     * The live keys are byte for byte what they were; no staged key and no flag of this recovery is left. A dry run that is refused leaves
     * what it had staged until its TTL ends, to be looked at.
     */
    ROLLED_BACK,
    /** A dry run: all was staged and proven, nothing went live. What was staged stays until its TTL ends. */
    REHEARSED,
    /** So many cut-overs came after this one's last attempt that the receipt's list no longer reaches back to it. */
    SUPERSEDED
}
