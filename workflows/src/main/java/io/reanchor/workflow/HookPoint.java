package io.reanchor.workflow;

/** When a hook is called. */
public enum HookPoint {
    /** All checks have passed, and the approval is given where one is wanted; a refusal rolls the recovery back. */
    BEFORE_CUT_OVER,
    /** The outcome is known: of every recovery that came as far as {@link #BEFORE_CUT_OVER}. */
    AFTER_CUT_OVER
}
