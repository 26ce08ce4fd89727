package io.reanchor.activity;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** A request that runs beside another one; closing it gives it up. */
final class Beside<T> implements AutoCloseable {
    private final Future<T> future;

    private Beside(Future<T> future) {
        this.future = future;
    }

    static <T> Beside<T> start(ExecutorService threads, Callable<T> request) {
        return new Beside<>(threads.submit(request));
    }

    /** Waits for it; throws what the request threw. */
    T result() throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof InterruptedException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        future.cancel(true);
    }
}
