package io.reanchor.activity;

import java.util.Optional;

/** Tells whether the run that a flag's token names still goes on; a flag of a closed run may be taken over. */
@FunctionalInterface
public interface RunRegistry {
    /**
     * @param workflowId the symbol's workflow id
     * @param runId the run that the token names
     * @return true only when it is known that this run is closed
     */
    boolean isClosed(String workflowId, String runId);

    /**
     * The generation of the symbol's last committed recovery, as far as it is remembered.
     *
     * @throws RuntimeException when it can't be asked for
     */
    default Optional<String> lastCommitted(String symbol) {
        return Optional.empty();
    }
}
