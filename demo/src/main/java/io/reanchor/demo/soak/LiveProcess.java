package io.reanchor.demo.soak;

import io.reanchor.testkit.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** {@code reanchor live} in a process of its own, so that it can be killed, stopped and weighed. */
final class LiveProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The last thing that it says once all of it is up. */
    private static final String UP = "feed ";

    private final List<String> command;
    private final Path log;
    private GuardedProcess process;

    private LiveProcess(List<String> command, Path log) {
        this.command = command;
        this.log = log;
        this.process = launch();
    }

    /**
     * Starts it and waits until it is up.
     *
     * @param log gets what it writes
     */
    static LiveProcess start(List<String> command, Path log) {
        return new LiveProcess(command, log);
    }

    private GuardedProcess launch() {
        GuardedProcess started = GuardedProcess.start(command, log);
        await("up", () -> !started.isAlive() || isUp());
        if (!started.isAlive()) {
            String tail = started.logTail();
            started.close();
            throw new IllegalStateException("reanchor live ended by itself: " + tail);
        }
        return started;
    }

    private boolean isUp() {
        try {
            return Files.exists(log) && Files.readString(log).lines().anyMatch(line -> line.startsWith(UP));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    void pause() {
        process.signal("STOP");
    }

    void resume() {
        process.signal("CONT");
    }

    void kill() {
        process.close();
    }

    /** Tells it to end, as a deployment does, and waits until it has. */
    void stop() {
        process.signal("TERM");
        await("gone after SIGTERM", () -> !process.isAlive());
        process.close();
    }

    /** Again, after {@link #kill} or {@link #stop}. */
    void restart() {
        process = launch();
    }

    private void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        "reanchor live isn't %s after %d s; its log is %s".formatted(what, PATIENCE.toSeconds(), log));
            }
            Soak.rest(Duration.ofMillis(20));
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
