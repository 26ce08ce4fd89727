package io.reanchor.faults;

import io.reanchor.testkit.Break;

/** What befalls a process at a step. */
enum ProcessFault {
    /** SIGKILL before the command reaches Redis. */
    WORKER_KILLED_BEFORE(Break.CUT_BEFORE),
    /** SIGKILL when Redis has answered. */
    WORKER_KILLED_AFTER(Break.CUT_AFTER),
    /** SIGSTOP; another worker takes over; SIGCONT when all is over, and only then the command it had sent arrives. */
    WORKER_PAUSED(Break.HOLD),
    /** The Temporal server is killed, and started anew with what it had stored. */
    TEMPORAL_RESTARTED(Break.NONE);

    private final Break how;

    ProcessFault(Break how) {
        this.how = how;
    }

    Break how() {
        return how;
    }

    boolean hitsTheWorker() {
        return this != TEMPORAL_RESTARTED;
    }
}
