package io.reanchor.faults;

import java.time.Duration;
import java.util.List;

/** How far a recovery goes. */
enum Ending {
    /** To its cut-over, tried again as often as the workflow does, and settled when that doesn't help. */
    CUT_OVER(List.of(Step.FLAG, Step.STAGE_BOOK, Step.STAGE_BARS, Step.FEATURES, Step.VALIDATION, Step.CUT_OVER)),
    /** Given up when all is validated. */
    GIVEN_UP(List.of(Step.UNDO)),
    /** The one try of its cut-over loses its reply. */
    LOST_REPLY(List.of(Step.UNDO_AFTER_LOST_REPLY)),
    /** The one try of its cut-over has its EXEC on its way. */
    LATE_EXEC(List.of(Step.UNDO_BEFORE_LATE_EXEC));

    private final List<Step> rows;

    Ending(List<Step> rows) {
        this.rows = rows;
    }

    /** The steps whose boundaries are broken in recoveries that end like this. */
    List<Step> rows() {
        return rows;
    }

    /** How long Redis may take where nothing is to time out but what the ending itself is about. */
    Duration unhurried() {
        return this == LATE_EXEC ? Duration.ofSeconds(1) : Activities.UNHURRIED;
    }

    Step settling() {
        return switch (this) {
            case CUT_OVER, GIVEN_UP -> Step.UNDO;
            case LOST_REPLY -> Step.UNDO_AFTER_LOST_REPLY;
            case LATE_EXEC -> Step.UNDO_BEFORE_LATE_EXEC;
        };
    }
}
