package io.reanchor.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A child process that dies with this JVM, even when that is killed with -9.
 *
 * <p>A shell starts it and reads from a pipe whose other end only this JVM holds (the JDK closes all other descriptors in
 * its children). When the JVM is gone, or {@link #close} closes the pipe, the shell's read ends and it kills the process. The
 * shell ignores the signals that a terminal sends to the whole group, and reaps the process last, so that its id can't be
 * anybody else's by then. The process itself can be told to end by SIGTERM, which a JVM that was started with it ignored wouldn't heed.
 */
public final class GuardedProcess implements AutoCloseable {
    private static final String GUARD = """
            trap '' INT TERM HUP QUIT
            log=$1; shift
            (trap - TERM; exec "$@") </dev/null >"$log" 2>&1 &
            pid=$!
            echo $pid
            exec >/dev/null 2>&1
            cat
            kill -9 $pid
            wait $pid
            """;

    private final Process shell;
    private final long pid;
    private final Path log;

    private GuardedProcess(Process shell, long pid, Path log) {
        this.shell = shell;
        this.pid = pid;
        this.log = log;
    }

    /** @param log gets what it writes */
    public static GuardedProcess start(List<String> command, Path log) {
        List<String> guarded = new ArrayList<>(List.of("sh", "-c", GUARD, "guard", log.toString()));
        guarded.addAll(command);
        try {
            Process shell = new ProcessBuilder(guarded)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader out = shell.inputReader(StandardCharsets.US_ASCII);
            String pid = out.readLine();
            if (pid == null) {
                throw new IllegalStateException("the shell that should start " + command.get(0) + " ended at once");
            }
            return new GuardedProcess(shell, Long.parseLong(pid), log);
        } catch (IOException e) {
            throw new UncheckedIOException("can't start " + command.get(0), e);
        }
    }

    public long pid() {
        return pid;
    }

    /** The end of what it wrote, for messages. */
    public String logTail() {
        try {
            String text = Files.exists(log) ? Files.readString(log) : "";
            return text.substring(Math.max(0, text.length() - 1500));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Whether it runs; one that ended but isn't reaped yet doesn't. */
    public boolean isAlive() {
        return shell.isAlive()
                && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
                && !isZombie();
    }

    private boolean isZombie() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    /** @param name without SIG: TERM, STOP, CONT */
    public void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -%s %d: exit %d".formatted(name, pid, exit));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Kills it and waits until it is gone. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
        } catch (IOException e) {
            // The shell is gone, and the pipe with it.
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!shell.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + pid + " didn't end within 10 s of kill -9");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
