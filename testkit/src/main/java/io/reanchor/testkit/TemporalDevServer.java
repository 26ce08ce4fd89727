package io.reanchor.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A real Temporal server, {@code temporal server start-dev}, on ports of its own, without Web UI, keeping nothing on disk unless
 * told to.
 *
 * <p>It can't outlive this JVM, however that ends: see {@link GuardedProcess}. Thread-safe.
 */
public final class TemporalDevServer implements AutoCloseable {
    private static final int STARTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The development server's own value, 20 a second, holds every task back by 50 ms. */
    private static final String UNHURRIED = "history.transferProcessorMaxPollRPS=1000";

    private final int port;
    private final int http;
    private final List<String> line;
    private final Path log;
    private GuardedProcess process;

    private TemporalDevServer(int port, int http, List<String> line, Path log, GuardedProcess process) {
        this.port = port;
        this.http = http;
        this.line = line;
        this.log = log;
        this.process = process;
    }

    /** The {@code temporal} command, on {@code PATH} or where {@code go install} puts it, if it is there. */
    public static Optional<Path> command() {
        Stream<String> path =
                Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator));
        return Stream.concat(path, Stream.of(System.getProperty("user.home", "") + "/go/bin"))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "temporal"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one as {@link #start}, or ends the test; see {@link Prerequisite#orSkip}. */
    public static TemporalDevServer startOrSkip(Function<String, ? extends RuntimeException> skip, String... options) {
        String missing = "the temporal command is neither on PATH nor in ~/go/bin; get it by:"
                + " go install github.com/temporalio/cli/cmd/temporal@v1.5.1";
        return start(Prerequisite.orSkip(command(), missing, skip), options);
    }

    /**
     * Starts one and waits until its default namespace answers.
     *
     * @param command the {@code temporal} command
     * @param options further options of {@code server start-dev}
     * @throws IllegalStateException when it doesn't come up; the message has the end of its log
     */
    public static TemporalDevServer start(Path command, String... options) {
        IllegalStateException last = null;
        // A free port may be taken by somebody else before the server binds it.
        for (int attempt = 1; attempt <= STARTS; attempt++) {
            try {
                return launch(command, List.of(options));
            } catch (IllegalStateException e) {
                last = e;
                if (!String.valueOf(e.getMessage()).contains("address already in use")) {
                    break;
                }
            }
        }
        throw last;
    }

    /** {@code host:port} of the frontend. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Base URL of its HTTP API. */
    public URI http() {
        return URI.create("http://127.0.0.1:" + http);
    }

    /** The server's own process id, for signals. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Ends it at once, like {@code kill -9}. */
    public synchronized void kill() {
        process.close();
    }

    /** Starts it anew on the same ports; what it kept is there only with {@code --db-filename}. */
    public synchronized void restart() {
        process.close();
        process = GuardedProcess.start(line, log);
        awaitReady(http, process);
    }

    @Override
    public synchronized void close() {
        process.close();
        delete(log);
    }

    private static TemporalDevServer launch(Path command, List<String> options) {
        int port = freePort();
        int http = freePort();
        Path log = newLog();
        List<String> line = new ArrayList<>(List.of(
                command.toString(),
                "server",
                "start-dev",
                "--headless",
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--http-port",
                Integer.toString(http),
                "--log-level",
                "error",
                "--dynamic-config-value",
                UNHURRIED));
        line.addAll(options);
        GuardedProcess process = GuardedProcess.start(line, log);
        try {
            awaitReady(http, process);
            return new TemporalDevServer(port, http, List.copyOf(line), log, process);
        } catch (RuntimeException e) {
            process.close();
            delete(log);
            throw e;
        }
    }

    private static void awaitReady(int http, GuardedProcess process) {
        HttpRequest question = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + http + "/api/v1/namespaces/default"))
                .timeout(Duration.ofSeconds(5))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "no answer";
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the Temporal server ended at once. Its log:\n" + process.logTail());
            }
            try {
                HttpResponse<String> answer = client.send(question, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return;
                }
                last = answer.toString();
            } catch (IOException e) {
                last = e.toString();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            pause();
        }
        throw new IllegalStateException("the Temporal server isn't ready after %s: %s. Its log:%n%s"
                .formatted(PATIENCE, last, process.logTail()));
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private static Path newLog() {
        try {
            return Files.createTempFile("reanchor-temporal-", ".log");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file for the Temporal server's log", e);
        }
    }

    private static void delete(Path log) {
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
