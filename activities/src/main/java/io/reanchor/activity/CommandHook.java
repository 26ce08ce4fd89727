package io.reanchor.activity;

import io.reanchor.workflow.HookPoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A command, run without a shell or arguments. It finds the order on its standard input and when it is called in {@code REANCHOR_HOOK}, as
 * in {@code before_cut_over}. Exit code 0 is a yes, any other a no, and what it prints is the reason.
 */
final class CommandHook implements Hook {
    private final Path command;
    private final Duration timeout;
    private final ExecutorService threads;

    CommandHook(Path command, Duration timeout, ExecutorService threads) {
        this.command = command;
        this.timeout = timeout;
        this.threads = threads;
    }

    @Override
    public String call(HookPoint point, byte[] order) throws InterruptedException {
        Process process = start(point);
        try {
            threads.execute(() -> write(process, order));
            CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> read(process), threads);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Hook.notAsked(
                        command.toString(), "an answer within %d ms, none came".formatted(timeout.toMillis()));
            }
            String answer = answer(said);
            if (process.exitValue() != 0) {
                throw Hook.refused(command.toString(), "exit code " + process.exitValue(), answer);
            }
            return answer;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(HookPoint point) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command.toString()).redirectErrorStream(true);
            builder.environment().put("REANCHOR_HOOK", point.name().toLowerCase(Locale.ROOT));
            return builder.start();
        } catch (IOException e) {
            throw Hook.notAsked(command.toString(), "a command that can be run: " + e.getMessage());
        }
    }

    private static void write(Process process, byte[] order) {
        try (OutputStream to = process.getOutputStream()) {
            to.write(order);
        } catch (IOException notRead) {
            // Its exit code is the answer: a command that needs no order needn't read it.
        }
    }

    /** To the end: one that can't print any more would hang. */
    private static String read(Process process) {
        try (InputStream from = process.getInputStream()) {
            String said = new String(from.readNBytes(4 * LONGEST_ANSWER), StandardCharsets.UTF_8);
            from.transferTo(OutputStream.nullOutputStream());
            return Hook.line(said);
        } catch (IOException e) {
            return "(its output can't be read: " + e.getMessage() + ")";
        }
    }

    /** A child that it left behind may keep the output open. */
    private String answer(CompletableFuture<String> said) throws InterruptedException {
        try {
            return said.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
            return "";
        }
    }
}
