package io.reanchor.activity;

import io.reanchor.workflow.FailureTypes;
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

    /** It said no, and is not asked again. */
    static StepFailure refused(String who, String how, String said) {
        return new StepFailure(FailureTypes.VETOED, false, "%s: refused with %s: %s".formatted(who, how, said));
    }

    static StepFailure notAsked(String who, String expected) {
        return new StepFailure(
                FailureTypes.VETOED,
                true,
                "%s: couldn't be asked: expected %s; it is tried again, look at re_anchor.hooks"
                        .formatted(who, expected));
    }

    /** What it said, in a line. */
    static String line(String said) {
        String line = said.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_ANSWER ? line : line.substring(0, LONGEST_ANSWER) + '…';
    }
}
