package io.reanchor.testkit.check;

/** What must hold in every run, whatever breaks. */
public enum Invariant {
    /** A read in one transaction sees keys of one generation. */
    NEVER_TORN,
    /** It sees every live key, unless the server itself lost all. */
    NEVER_MISSING,
    /** It sees content in each of them. */
    NEVER_EMPTY,
    /** A recovery installs at most one generation, and a generation is installed at most once. */
    INSTALLED_ONCE,
    /** A reader never sees a lower generation than before, but after a declared loss; a revert is a new generation. */
    NEVER_BACKWARDS,
    /** Live keys have no TTL. */
    LIVE_FOR_EVER,
    /** Live state changes by a cut-over only: until then, and after a roll-back, it is byte for byte what it was. */
    UNTOUCHED,
    /** What a recovery reports is what is in Redis: committed is there, rolled back never was and never comes. */
    REPORTED_TRULY,
    /** No recovery ends without anybody knowing how. */
    OUTCOME_KNOWN,
    /** A generation that was reported committed stays, or is followed by others, but for a declared loss. */
    NEVER_LOST,
    /** Afterwards there is no staged key and no flag, and what was replaced is on a timer. */
    NOTHING_LEFT,
    /** What a recovery made live is what the exchange had. */
    CONTENT_TRUE,
    /** When a recovery that was reported committed has ended, live has what the journals have. */
    FOLLOWED
}
