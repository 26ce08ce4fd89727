package io.reanchor.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a Redis server, or all of a cluster's. It knows each command of each connection in the order in which they come, and breaks one
 * boundary, once, in the way that was ordered. Without an order it passes everything on. Thread-safe.
 *
 * <p>Each command of a pipeline is a boundary of its own: at the one that breaks, those before it have been answered.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int MOST_TEXT = 60;

    /** Of every proxy of this JVM: a client sends a script's text only to a server that doesn't know it yet. */
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private final List<Door> doors = new CopyOnWriteArrayList<>();
    private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
    private final Map<String, String> scripts = new ConcurrentHashMap<>();
    private final List<Boundary> seen = new ArrayList<>();
    private final List<Held> ordered = new ArrayList<>();
    private @Nullable Held order;
    private @Nullable Watch watch;
    private int connections;

    private FaultProxy() {}

    /** Where clients come in, and the server that they come to. */
    private static final class Door {
        final ServerSocket listener;
        volatile InetSocketAddress server;

        Door(ServerSocket listener, InetSocketAddress server) {
            this.listener = listener;
            this.server = server;
        }
    }

    /** A proxy before this server. */
    public static FaultProxy before(RedisServer redis) {
        return before(redis.host(), redis.port());
    }

    /** A proxy before whatever speaks RESP there; it need not listen yet. */
    public static FaultProxy before(String host, int port) {
        FaultProxy proxy = new FaultProxy();
        proxy.alsoBefore(host, port);
        return proxy;
    }

    /**
     * Stands before one more server: boundaries are counted, and break, over all of them.
     *
     * @return the port for its clients
     */
    int alsoBefore(String host, int port) {
        try {
            Door door = new Door(
                    new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), new InetSocketAddress(host, port));
            doors.add(door);
            start("fault-proxy", () -> accept(door));
            return door.listener.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("can't listen", e);
        }
    }

    /** Connections that are made from now on go to another server: another one has taken over. */
    public void turnTo(RedisServer other) {
        doors.get(0).server = new InetSocketAddress(other.host(), other.port());
    }

    /** For the client whose connections shall break; of several servers, the first. */
    public URI uri() {
        return URI.create("redis://127.0.0.1:" + doors.get(0).listener.getLocalPort());
    }

    /** Numbers commands from 1 again, and forgets what was seen and ordered; what is held stays held. */
    public synchronized void startCounting() {
        seen.clear();
        order = null;
        ordered.removeIf(Held::isReleased); // each knows what was to be done at its boundary, and all that this knows
        watch = null;
    }

    /** The boundaries passed, or broken, since counting began, in order. */
    public synchronized List<Boundary> seen() {
        return List.copyOf(seen);
    }

    /** Waits until all that was sent has arrived; every client must be closed, and nothing held any more. */
    public void awaitEnd() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        synchronized (open) {
            while (!open.isEmpty()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(open.size() + " connections are still open after 20 s");
                }
                open.wait(100);
            }
        }
    }

    /** The text of each script that was seen here, by its SHA-1. */
    public Map<String, String> scripts() {
        return Map.copyOf(scripts);
    }

    /** Cuts the connection when the next such command arrives: the server never sees it. */
    public void cutBefore(String command) {
        breakNext(named(command), Break.CUT_BEFORE, () -> {});
    }

    /** Lets the next such command through, waits until the server has answered, and cuts the connection instead of passing that on. */
    public void loseReplyOf(String command) {
        breakNext(named(command), Break.CUT_AFTER, () -> {});
    }

    /** Holds the next such command, and what comes behind it, until it is released: it is on its way. */
    public Held hold(String command) {
        return breakNext(named(command), Break.HOLD, () -> {});
    }

    private static Predicate<Boundary> named(String command) {
        return boundary -> boundary.name().equalsIgnoreCase(command);
    }

    /**
     * Breaks the next boundary of its kind, once, instead of what was ordered before.
     *
     * @param here done exactly there, in the connection's thread: before the bytes leave, and with {@link Break#CUT_AFTER} when the
     *     server has answered
     */
    public synchronized Held breakNext(Predicate<Boundary> where, Break how, Runnable here) {
        Held next = new Held(where, how, here);
        order = next;
        ordered.add(next);
        return next;
    }

    /** Does something once, when the next such command arrives and before its bytes leave; whatever is ordered besides breaks as well. */
    public synchronized void when(Predicate<Boundary> where, Runnable here) {
        watch = new Watch(where, here);
    }

    private record Watch(Predicate<Boundary> where, Runnable here) {}

    /** What was ordered: tells when it is met, and lets go what it holds. */
    public static final class Held {
        private final Predicate<Boundary> where;
        private final Break how;
        private final Runnable here;
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile @Nullable Boundary boundary;
        private volatile @Nullable RuntimeException failure;

        private Held(Predicate<Boundary> where, Break how, Runnable here) {
            this.where = where;
            this.how = how;
            this.here = here;
        }

        Break how() {
            return how;
        }

        void arrive() {
            try {
                here.run();
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            } finally {
                arrived.countDown();
            }
        }

        private boolean isReleased() {
            return released.getCount() == 0;
        }

        void awaitRelease() throws InterruptedException {
            released.await();
        }

        /**
         * Waits until it has come as far as the proxy, and what was to be done there is done.
         *
         * @throws IllegalStateException when that failed, or no such command came within 30 s
         */
        public void awaitArrival() throws InterruptedException {
            if (!arrived.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "no such command within 30 s, or what was to be done there takes longer");
            }
            met();
        }

        /**
         * Where it broke; empty when no such command came yet.
         *
         * @throws IllegalStateException when what was to be done there failed
         */
        public Optional<Boundary> met() {
            RuntimeException cause = failure;
            if (cause != null) {
                throw new IllegalStateException("at " + boundary, cause);
            }
            return Optional.ofNullable(boundary);
        }

        /** Lets it go on to the server, or the reply to the client. */
        public void release() {
            released.countDown();
        }
    }

    private void accept(Door door) throws IOException {
        while (!door.listener.isClosed()) {
            Socket client = door.listener.accept();
            InetSocketAddress server = door.server;
            try {
                ProxiedConnection connection = new ProxiedConnection(
                        this, nextConnection(), client, new Socket(server.getAddress(), server.getPort()));
                open.add(connection);
                connection.start();
            } catch (IOException e) {
                close(client); // nobody is there: the client finds that out now
            }
        }
    }

    private synchronized int nextConnection() {
        return ++connections;
    }

    /** Numbers a command. @return what was ordered for it, or null */
    synchronized @Nullable Held arrived(RespCommand command, int connection) {
        if (command.name().equals("EVAL")) {
            String sha1 = sha1(command.args().get(0));
            scripts.put(sha1, command.text(0));
            TEXTS.put(sha1, command.text(0));
        }
        Boundary boundary = new Boundary(
                seen.size() + 1, connection, command.name(), command.isScript() ? script(command) : "", command.keys());
        seen.add(boundary);
        Watch watching = watch;
        if (watching != null && watching.where.test(boundary)) {
            watch = null;
            watching.here.run();
        }
        Held due = order;
        if (due == null || !due.where.test(boundary)) {
            return null;
        }
        order = null;
        due.boundary = boundary;
        return due;
    }

    private String script(RespCommand command) {
        String text = command.name().equals("EVAL") ? command.text(0) : TEXTS.get(command.text(0));
        if (text == null) {
            return command.text(0);
        }
        String first =
                text.lines().findFirst().orElse("").replaceFirst("^--\\s*", "").replaceFirst("[.:,;].*", "");
        return first.substring(0, Math.min(MOST_TEXT, first.length()));
    }

    private static String sha1(byte[] script) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    void ended(ProxiedConnection connection) {
        synchronized (open) {
            open.remove(connection);
            open.notifyAll();
        }
    }

    interface Work {
        void run() throws IOException;
    }

    static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A connection that broke: that is what this is for.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets go what is held, and cuts everything. */
    @Override
    public void close() {
        synchronized (this) {
            ordered.forEach(Held::release);
        }
        try {
            for (Door door : doors) {
                door.listener.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List.copyOf(open).forEach(ProxiedConnection::end);
    }
}
