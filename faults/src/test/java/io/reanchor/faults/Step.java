package io.reanchor.faults;

/** What a recovery is doing; the rows of the matrix are the command boundaries of these. */
enum Step {
    FLAG,
    STAGE_BOOK,
    STAGE_BARS,
    FEATURES,
    VALIDATION,
    CUT_OVER,
    /** Settling a recovery that was given up before its cut-over. */
    UNDO,
    /** Settling while the cut-over has happened and its reply was lost. */
    UNDO_AFTER_LOST_REPLY,
    /** Settling while the cut-over's EXEC is on its way. */
    UNDO_BEFORE_LATE_EXEC
}
