package io.reanchor.demo;

/** Where a test breaks something, to see that the demo notices. */
interface Interference {
    Interference NONE = new Interference() {};

    /** The new state is live, the writer goes on, nothing has been compared yet. */
    default void afterRecovery(Rig rig) {}
}
