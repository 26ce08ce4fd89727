package io.reanchor.demo;

/** What became of an event that a live writer offered to its key. */
enum Verdict {
    APPLIED,
    /** The key contains it already. */
    STALE,
    /** What comes between the key and this event is missing. */
    GAP,
    /** A recovery is under way: the writer keeps the event. */
    HELD,
    /** There is no live key yet. */
    ABSENT
}
