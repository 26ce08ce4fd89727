package io.reanchor.activity;

import java.util.concurrent.CancellationException;

/** Lets a load stop between two chunks when nobody waits for it any more. */
final class Interruption {
    private Interruption() {}

    /**
     * @param written ignored: what was written so far is fenced, and dropped by whoever settles
     * @throws CancellationException when this thread was interrupted
     */
    static void check(long written) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted after " + written + " fields");
        }
    }
}
