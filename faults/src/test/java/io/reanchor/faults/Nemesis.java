package io.reanchor.faults;

/** Does at a cell's place what is the cell's fault. */
interface Nemesis extends Driver.Watcher {
    String PROCESS = "nemesis";

    /**
     * The recovery has ended: what lasts is over.
     *
     * @throws Missed when it didn't meet its fault
     */
    void end() throws Missed;

    /** What is on its way is let go. */
    default void release() {}

    /** The fault met another command, or none: on a very busy machine something else timed out first. */
    final class Missed extends Exception {
        private static final long serialVersionUID = 1L;

        Missed(String what) {
            super(what);
        }
    }
}
