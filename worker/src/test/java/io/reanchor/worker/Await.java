package io.reanchor.worker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Looks again and again until a condition holds, up to a deadline. */
final class Await {
    private Await() {}

    static <T> T until(Duration limit, Callable<T> look, Predicate<T> holds) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            T seen = look.call();
            if (holds.test(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit + "; last seen: " + seen);
            }
            Thread.sleep(20);
        }
    }
}
