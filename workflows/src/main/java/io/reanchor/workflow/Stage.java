package io.reanchor.workflow;

/** Where a recovery stands; in the order in which a committed one passes through them. */
public enum Stage {
    STARTED,
    /** Waits for the exchange's weight; the operation's timeout hasn't begun. */
    QUEUED,
    RAISING_FLAG,
    STAGING,
    BUILDING_FEATURES,
    VALIDATING,
    /** All is proven, and kept up with the feed until an operator approves. */
    AWAITING_APPROVAL,
    SWAPPING,
    COMMITTED,
    /** The steps were given up; what they did is being undone. */
    UNDOING,
    ROLLED_BACK,
    /** A dry run ended well: nothing went live. */
    REHEARSED,
    /** The record of what happened was overwritten by later recoveries; see {@link Outcome#SUPERSEDED}. */
    SUPERSEDED;

    /** Whether nothing more will happen. */
    public boolean isFinal() {
        return this == COMMITTED || this == ROLLED_BACK || this == REHEARSED || this == SUPERSEDED;
    }
}
