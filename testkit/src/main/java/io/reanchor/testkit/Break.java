package io.reanchor.testkit;

/** What befalls a command at its boundary. What was sent before it, on its connection, has been answered by then. */
public enum Break {
    /** Nothing: it goes on, after what was to be done at its boundary. */
    NONE,
    /** The connection is cut: the server never sees it, nor what is behind it in the pipeline. */
    CUT_BEFORE,
    /** The server answers, and the connection is cut instead of passing that on; what is behind it is never seen. */
    CUT_AFTER,
    /** The server sees it and all behind it, but no reply comes through any more; the connection stays open. */
    LOSE_REPLY,
    /** Half of the reply's bytes come through, then the connection is cut. */
    HALF_REPLY,
    /** The reply, and those behind it, are on their way until they are released. */
    HOLD_REPLY,
    /** The command, and what is behind it, is on its way until it is released, whatever became of its client by then. */
    HOLD
}
