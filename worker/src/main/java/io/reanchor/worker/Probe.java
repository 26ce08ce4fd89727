package io.reanchor.worker;

/** Looks once at something outside; bounded in time. */
interface Probe {
    /** What it looks at, e.g. {@code Redis at redis://127.0.0.1:6379/0}. */
    String what();

    /** What it found. */
    Finding look();

    /**
     * @param up whether it can be worked with
     * @param detail what was found; when it isn't up, what to do about it
     */
    record Finding(boolean up, String detail) {
        static Finding up(String detail) {
            return new Finding(true, detail);
        }

        static Finding down(String detail) {
            return new Finding(false, detail);
        }
    }
}
