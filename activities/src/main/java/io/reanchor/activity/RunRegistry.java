package io.reanchor.activity;

/** Tells whether the run that a flag's token names still goes on; a flag of a closed run may be taken over. */
@FunctionalInterface
public interface RunRegistry {
    /**
     * @param workflowId the symbol's workflow id
     * @param runId the run that the token names
     * @return true only when it is known that this run is closed
     */
    boolean isClosed(String workflowId, String runId);
}
