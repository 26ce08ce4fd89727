package io.reanchor.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisException;

/** Waits for what a server does in its own time. */
final class Patience {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private Patience() {}

    /**
     * @param seen what to tell when it doesn't come true
     * @throws IllegalStateException when it doesn't within 40 s
     */
    static void until(String what, BooleanSupplier condition, Supplier<String> seen) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("%s: not within %s; last seen:%n%s".formatted(what, LIMIT, seen.get()));
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** Who doesn't answer yet is asked again. */
    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (JedisException e) {
            return false;
        }
    }
}
