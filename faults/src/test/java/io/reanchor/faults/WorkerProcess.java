package io.reanchor.faults;

import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.GuardedProcess;
import io.reanchor.worker.WorkerApplication;
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

/** The worker as it is shipped, in a JVM of its own, with a proxy between it and its Redis. */
final class WorkerProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    final FaultProxy proxy;
    private final GuardedProcess process;
    private final Path log;
    private final int port;

    private WorkerProcess(FaultProxy proxy, GuardedProcess process, Path log, int port) {
        this.proxy = proxy;
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts it; {@link #awaitReady} waits for it. */
    static WorkerProcess start(Server server, String temporal, Exchange exchange, String... settings) {
        try {
            FaultProxy proxy = FaultProxy.before(server.redis);
            Path log = Files.createTempFile("reanchor-worker-", ".log");
            int port = freePort();
            List<String> line = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xshare:auto",
                    "-Xmx256m",
                    "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    WorkerApplication.class.getName(),
                    "--server.port=" + port,
                    "--logging.level.io.reanchor.worker=DEBUG",
                    "--redis.uri=" + server.uri(proxy),
                    "--redis.operation_timeout_ms=2000",
                    "--spring.temporal.connection.target=" + temporal,
                    "--re_anchor.sources[0].name=simulated",
                    "--re_anchor.sources[0].base_url=" + exchange.restUri(),
                    "--re_anchor.exchange.weight_per_minute=1000000",
                    "--re_anchor.depth.limit=" + Exchange.DEPTH));
            line.addAll(List.of(settings));
            return new WorkerProcess(proxy, GuardedProcess.start(line, log), log, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WorkerProcess awaitReady() throws InterruptedException {
        HttpRequest question = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/readyz".formatted(port)))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (HTTP.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return this;
                }
            } catch (IOException e) {
                // It doesn't listen yet.
            }
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("the worker isn't ready:\n" + process.logTail());
            }
            Thread.sleep(50);
        }
    }

    /** SIGKILL; it is gone afterwards. */
    void kill() {
        process.close();
    }

    /** SIGSTOP: it sleeps with all it has in hand. */
    void pause() {
        process.signal("STOP");
    }

    /** SIGCONT. */
    void wake() {
        process.signal("CONT");
    }

    /** SIGTERM: what it has in hand is brought to an end. */
    void terminate() {
        process.signal("TERM");
    }

    void awaitEnd() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the worker doesn't end:\n" + process.logTail());
            }
            Thread.sleep(20);
        }
    }

    /** What it has printed so far. */
    String log() throws IOException {
        return Files.readString(log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.close();
        proxy.close();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
