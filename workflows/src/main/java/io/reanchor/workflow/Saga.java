package io.reanchor.workflow;

import io.temporal.workflow.Workflow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * What must be undone when a recovery is given up. A compensation is registered <em>before</em> its step, since a step may have
 * happened although it failed; so each must bear "never happened" and "happened late".
 */
final class Saga {
    private record Compensation(String name, Supplier<List<String>> undo) {}

    private final Deque<Compensation> compensations = new ArrayDeque<>();

    /** @param undo undoes the step that is about to begin, and tells what it did, a line an item */
    void beforeStep(String name, Supplier<List<String>> undo) {
        compensations.push(new Compensation(name, undo));
    }

    /**
     * Undoes in reverse order, in a scope that neither a cancel nor a deadline reaches; tries every compensation, whatever
     * happens to the others.
     *
     * @return a report of each
     */
    List<String> undo() {
        List<String> reports = new ArrayList<>();
        Workflow.newDetachedCancellationScope(() -> {
                    while (!compensations.isEmpty()) {
                        tell(reports, compensations.pop());
                    }
                })
                .run();
        return reports;
    }

    private static void tell(List<String> reports, Compensation compensation) {
        try {
            compensation.undo().get().forEach(line -> reports.add(compensation.name() + ": " + line));
        } catch (RuntimeException e) {
            reports.add(compensation.name() + ": FAILED, " + Failures.describe(e));
        }
    }
}
