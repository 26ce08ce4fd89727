package io.reanchor.faults;

import io.reanchor.testkit.Boundary;

/**
 * One cell of the matrix.
 *
 * @param ending of the recovery that meets it
 * @param number of the boundary within its step, from 1
 * @param boundary as the dry run saw it
 */
record Cell(Ending ending, Step step, int number, Boundary boundary, Fault fault) {
    /** For a file's name. */
    String name() {
        return "%s-%03d-%s".formatted(step, number, fault);
    }

    @Override
    public String toString() {
        return "%s at %s %d, %s".formatted(fault, step, number, boundary.command());
    }
}
