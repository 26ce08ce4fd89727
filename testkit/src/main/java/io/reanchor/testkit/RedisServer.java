package io.reanchor.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real {@code redis-server} process on a port and in a folder of its own.
 *
 * <p>It can't outlive this JVM, however that ends: see {@link GuardedProcess}. Thread-safe.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServer.start("--maxmemory", "10mb")) {
 *     redis.uri(); // redis://127.0.0.1:40321
 * }
 * }</pre>
 */
public final class RedisServer implements AutoCloseable {
    private static final int STARTS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final List<String> config;
    private final int port;
    private final Thread atExit = new Thread(this::end, "redis-server-cleanup");
    private GuardedProcess process;

    private RedisServer(Path folder, List<String> config, int port, GuardedProcess process) {
        this.folder = folder;
        this.config = config;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a server without persistence and waits until it answers.
     *
     * @param config further settings as on redis-server's own command line, e.g. {@code "--appendonly", "yes"}
     * @throws IllegalStateException when it doesn't come up; the message has the end of its log
     */
    public static RedisServer start(String... config) {
        List<String> extra = List.of(config);
        IllegalStateException last = null;
        // A free port may be taken by somebody else before redis-server binds it.
        for (int attempt = 1; attempt <= STARTS; attempt++) {
            Path folder = newFolder();
            int port = freePort();
            try {
                RedisServer server = new RedisServer(folder, extra, port, launch(folder, port, extra));
                Runtime.getRuntime().addShutdownHook(server.atExit);
                return server;
            } catch (IllegalStateException e) {
                delete(folder);
                last = e;
                if (!String.valueOf(e.getMessage()).contains("Address already in use")) {
                    break;
                }
            }
        }
        throw last;
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** For clients: {@code redis://127.0.0.1:port}. */
    public URI uri() {
        return URI.create("redis://" + host() + ":" + port);
    }

    /** The process id of redis-server itself, for signals. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Ends it at once, like {@code kill -9}; its folder stays, for {@link #restart}. */
    public synchronized void kill() {
        process.close();
    }

    /** Starts it anew on the same port, with what it had persisted; kills it first if it still runs. */
    public synchronized void restart() {
        process.close();
        process = launch(folder, port, config);
    }

    /** SIGSTOP: connections stay open, nothing is answered. */
    public synchronized void pause() {
        process.signal("STOP");
    }

    /** SIGCONT after {@link #pause}. */
    public synchronized void resume() {
        process.signal("CONT");
    }

    /** Ends it and deletes its folder. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending; the hook finds nothing left to do.
        }
    }

    private synchronized void end() {
        process.close();
        delete(folder);
    }

    private static GuardedProcess launch(Path folder, int port, List<String> extra) {
        List<String> command = Stream.concat(
                        Stream.of(
                                RedisBinary.path().toString(),
                                "--port",
                                Integer.toString(port),
                                "--bind",
                                "127.0.0.1",
                                "--dir",
                                folder.toString(),
                                "--save",
                                "",
                                "--appendonly",
                                "no",
                                "--daemonize",
                                "no"),
                        extra.stream())
                .toList();
        GuardedProcess process = GuardedProcess.start(command, folder.resolve("redis.log"));
        try {
            RedisPing.await(port, process, PATIENCE);
            return process;
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("reanchor-redis-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for a Redis server", e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path path : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Closed before.
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + folder, e);
        }
    }
}
