package io.reanchor.kit;

/** What became of events that were to go onto a key, which itself knows how far it is. */
public enum Verdict {
    /** The key has them now; at least one was applied. */
    APPLIED,
    /** The key had them all. */
    STALE,
    /** Events before one of them are missing; those before that one are applied. */
    GAP,
    /** A hold stands, nothing was done: come back when it is gone. */
    HELD,
    /** There is no such key, or none with an id; an event doesn't make one. */
    ABSENT,
    /** The flag or the staged key isn't the caller's (any more), nothing was done. Live keys never answer this. */
    FENCED,
    /** Redis didn't answer, or refused: some of it may have been done. Nothing is lost: what is kept is tried again. */
    UNKNOWN
}
