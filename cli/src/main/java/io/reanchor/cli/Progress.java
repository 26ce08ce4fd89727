package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorException;
import io.reanchor.workflow.ReanchorStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One line on a terminal that follows a recovery, and is gone when it has ended. Where nobody watches it does nothing. */
final class Progress implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final int WIDTH = 79;
    private static final String ERASE_LINE = "\r\033[K";

    private final Supplier<String> line;
    private final Console console;
    private final @Nullable Thread thread;
    private boolean shown;
    private volatile boolean closed;

    private Progress(Supplier<String> line, Console console) {
        this.line = line;
        this.console = console;
        this.thread = console.terminal() ? new Thread(this::follow, "progress") : null;
    }

    static Progress of(ReanchorClient client, String symbol, Console console) {
        return of(
                () -> {
                    ReanchorStatus status = client.status(symbol);
                    // One that has ended is the run before, until ours has begun.
                    return status.stage().isFinal()
                            ? ""
                            : line(status, console.clock().instant());
                },
                console);
    }

    /** @param line what to show, asked for again and again; nothing when it is empty */
    static Progress of(Supplier<String> line, Console console) {
        Progress progress = new Progress(line, console);
        if (progress.thread != null) {
            progress.thread.setDaemon(true);
            progress.thread.start();
        }
        return progress;
    }

    private void follow() {
        while (!closed) {
            try {
                String now = line.get();
                if (!now.isEmpty()) {
                    show(now);
                }
                Thread.sleep(INTERVAL.toMillis());
            } catch (ReanchorException e) {
                if (!ReanchorException.NOT_FOUND.equals(e.type())) {
                    return; // the command itself meets the same trouble, and reports it
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    static String line(ReanchorStatus status, Instant now) {
        Instant deadline = status.deadline();
        String line = "%s %s %s%s%s"
                .formatted(
                        status.symbol(),
                        Words.of(status.stage()),
                        Words.of(Duration.between(status.startedAt(), now)),
                        deadline == null ? "" : " of " + Words.of(Duration.between(status.startedAt(), deadline)),
                        status.detail().isBlank() ? "" : ": " + Words.oneLine(status.detail()));
        return line;
    }

    private synchronized void show(String whole) {
        String line = whole.length() > WIDTH ? whole.substring(0, WIDTH - 1) + "…" : whole;
        if (!closed) {
            console.err().print(ERASE_LINE + line);
            console.err().flush();
            shown = true;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
        if (shown) {
            console.err().print(ERASE_LINE);
            console.err().flush();
            shown = false;
        }
    }
}
