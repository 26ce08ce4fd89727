package io.reanchor.workflow;

/** Task queue names: stable, since running workflows and other languages' callers refer to them. */
public final class TaskQueues {
    /** Where the worker polls for recoveries and their activities. */
    public static final String REANCHOR = "reanchor";

    private TaskQueues() {}
}
