package io.reanchor.worker;

import io.temporal.worker.Worker;

/** Registers the workflows that a worker runs. */
@FunctionalInterface
interface WorkflowRegistration {
    void register(Worker worker);
}
