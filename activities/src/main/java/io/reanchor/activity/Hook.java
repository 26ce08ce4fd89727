package io.reanchor.activity;

import io.reanchor.workflow.HookPoint;

/** Somebody of the operator's who is asked, or told. */
interface Hook {
    /** Of what a hook says, as many characters are kept. */
    int LONGEST_ANSWER = 500;

    /**
     * Calls it, and waits for its answer.
     *
     * @param order JSON
     * @return the first of what it said
     * @throws StepFailure of type {@code Vetoed}: a lasting one when it refuses, a passing one when it couldn't be asked
     */
    String call(HookPoint point, byte[] order) throws InterruptedException;

    /** What it said, in a line. */
    static String line(String said) {
        String line = said.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_ANSWER ? line : line.substring(0, LONGEST_ANSWER) + '…';
    }
}
