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
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.commands.ProtocolCommand;

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
    private static final int HIGHEST_PORT = 65_535 - 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Patient: what is administered may be busy. */
    static final JedisClientConfig ADMIN = DefaultJedisClientConfig.builder()
            .timeoutMillis(10_000)
            .protocol(RedisProtocol.RESP2)
            .build();

    private final Path binary;
    private final Path folder;
    private final List<String> command;
    private final int port;
    private final Thread atExit = new Thread(this::end, "redis-server-cleanup");
    private GuardedProcess process;

    private RedisServer(Path binary, Path folder, List<String> command, int port, GuardedProcess process) {
        this.binary = binary;
        this.folder = folder;
        this.command = command;
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
        return start(RedisBinary.path(), config);
    }

    /** As {@link #start(String...)}, with another {@code redis-server} or {@code valkey-server}. */
    public static RedisServer start(Path binary, String... config) {
        return start(binary, port -> List.of(config));
    }

    /** A replica of this server, by the same binary; it need not be in sync yet. */
    public RedisServer startReplica(String... config) {
        return start(
                binary,
                port -> Stream.concat(Stream.of("--replicaof", host(), Integer.toString(this.port)), Stream.of(config))
                        .toList());
    }

    /** The end of its log, for messages. */
    synchronized String logTail() {
        return process.logTail();
    }

    /** Whether its process is there. */
    public synchronized boolean isRunning() {
        return process.isAlive();
    }

    /** A server whose settings depend on the port that was found. */
    static RedisServer start(Path binary, IntFunction<List<String>> config) {
        return start((folder, port) -> command(binary, folder, port, config.apply(port)), binary);
    }

    /** A Sentinel. It writes its state into its configuration file. */
    public static RedisServer startSentinel(String config) {
        Path binary = RedisBinary.path();
        return start(
                (folder, port) -> {
                    Path file = folder.resolve("sentinel.conf");
                    if (!Files.exists(file)) {
                        write(file, "port %d%nbind 127.0.0.1%ndir %s%n%s".formatted(port, folder, config));
                    }
                    return List.of(binary.toString(), file.toString(), "--sentinel");
                },
                binary);
    }

    private static RedisServer start(BiFunction<Path, Integer, List<String>> command, Path binary) {
        IllegalStateException last = null;
        // A free port, or a bus's, may be taken by somebody else before redis-server binds it.
        for (int attempt = 1; attempt <= STARTS; attempt++) {
            Path folder = newFolder();
            int port = freePort();
            try {
                List<String> line = command.apply(folder, port);
                RedisServer server = new RedisServer(binary, folder, line, port, launch(folder, port, line));
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

    /** Waits until each replica that is connected has all that was written here so far. */
    public void awaitReplicated() {
        long written = Long.parseLong(String.valueOf(roleOf(1)));
        Patience.until(
                "replicas that have all up to " + written,
                () -> roleOf(2) instanceof List<?> replicas
                        && !replicas.isEmpty()
                        && haveTold(replicas.size())
                        && ((List<?>) roleOf(2))
                                .stream()
                                        .map(List.class::cast)
                                        .allMatch(replica ->
                                                Long.parseLong(RedisCluster.text(replica.get(2))) >= written),
                () -> "offsets of " + roleOf(2));
    }

    /** By themselves replicas tell how far they are once a second; WAIT asks them. */
    private boolean haveTold(int replicas) {
        try (Jedis jedis = new Jedis(node(), ADMIN)) {
            jedis.ping();
            return jedis.waitReplicas(replicas, 1000) >= replicas;
        }
    }

    private Object roleOf(int element) {
        return ((List<?>) command(Protocol.Command.ROLE)).get(element);
    }

    /** {@code host:port}. */
    public HostAndPort node() {
        return new HostAndPort(host(), port);
    }

    /** Sends one command on a connection of its own and returns what the client makes of the reply. */
    public Object command(ProtocolCommand command, String... args) {
        try (Jedis jedis = new Jedis(node(), ADMIN)) {
            return jedis.sendCommand(command, args);
        }
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
        process = launch(folder, port, command);
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

    private static List<String> command(Path binary, Path folder, int port, List<String> extra) {
        return Stream.concat(
                        Stream.of(
                                binary.toString(),
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
    }

    private static GuardedProcess launch(Path folder, int port, List<String> command) {
        GuardedProcess process = GuardedProcess.start(command, folder.resolve("redis.log"));
        try {
            RedisPing.await(port, process, PATIENCE);
            return process;
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** One above which there is room for a cluster's bus, which has its port + 10000. */
    private static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() <= HIGHEST_PORT) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("no free port", e);
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
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
