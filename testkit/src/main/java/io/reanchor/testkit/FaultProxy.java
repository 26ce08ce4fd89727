package io.reanchor.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a client and a Redis server and breaks the connection at the boundary of a named command, once. Without an
 * order it passes everything on. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Order> order = new AtomicReference<>(Order.NONE);

    private FaultProxy(ServerSocket listener, String host, int port) {
        this.listener = listener;
        this.host = host;
        this.port = port;
    }

    /** A proxy before this server. */
    public static FaultProxy before(RedisServer redis) {
        try {
            ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            FaultProxy proxy = new FaultProxy(listener, redis.host(), redis.port());
            start("fault-proxy", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("can't listen", e);
        }
    }

    /** For the client whose connections shall break. */
    public URI uri() {
        return URI.create("redis://127.0.0.1:" + listener.getLocalPort());
    }

    /** Cuts the connection when the next such command arrives: the server never sees it. */
    public void cutBefore(String command) {
        order.set(new Order(Break.CUT_BEFORE, command, new CountDownLatch(0), new CountDownLatch(0)));
    }

    /** Lets the next such command through, waits until the server has answered, and cuts the connection instead of passing that on. */
    public void loseReplyOf(String command) {
        order.set(new Order(Break.LOSE_REPLY, command, new CountDownLatch(0), new CountDownLatch(0)));
    }

    /** Holds the next such command, and what comes behind it, until it is released: it is on its way. */
    public Held hold(String command) {
        Order held = new Order(Break.HOLD, command, new CountDownLatch(1), new CountDownLatch(1));
        order.set(held);
        return new Held(held);
    }

    /** A command that is on its way. */
    public static final class Held {
        private final Order order;

        private Held(Order order) {
            this.order = order;
        }

        /** Waits until it has come as far as the proxy. */
        public void awaitArrival() throws InterruptedException {
            if (!order.arrived.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no " + order.command + " within 10 s");
            }
        }

        /** Lets it go on to the server. */
        public void release() {
            order.released.countDown();
        }
    }

    private enum Break {
        NONE,
        CUT_BEFORE,
        LOSE_REPLY,
        HOLD
    }

    private record Order(Break kind, String command, CountDownLatch arrived, CountDownLatch released) {
        static final Order NONE = new Order(Break.NONE, "", new CountDownLatch(0), new CountDownLatch(0));
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            Socket server = new Socket(host, port);
            open.add(client);
            open.add(server);
            AtomicReference<Break> broken = new AtomicReference<>(Break.NONE);
            start("fault-proxy-up", () -> up(client, server, broken));
            start("fault-proxy-down", () -> down(server, client, broken));
        }
    }

    private void up(Socket client, Socket server, AtomicReference<Break> broken) throws IOException {
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        try {
            for (RespCommand command = RespCommand.read(in); command != null; command = RespCommand.read(in)) {
                Order now = requireNonNull(order.get());
                boolean due = now.command.equalsIgnoreCase(command.name()) && order.compareAndSet(now, Order.NONE);
                if (due && now.kind == Break.CUT_BEFORE) {
                    break;
                }
                if (due && now.kind == Break.HOLD) {
                    now.arrived.countDown();
                    now.released.await();
                }
                if (due && now.kind == Break.LOSE_REPLY) {
                    broken.set(Break.LOSE_REPLY);
                    out.write(command.bytes());
                    out.flush();
                    server.shutdownOutput(); // the server answers all it got, then closes: down() sees the end
                    return;
                }
                out.write(command.bytes());
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(client);
        end(server);
    }

    private void down(Socket server, Socket client, AtomicReference<Break> broken) throws IOException {
        byte[] buffer = new byte[65_536];
        InputStream in = server.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (broken.get() != Break.LOSE_REPLY) {
                out.write(buffer, 0, n);
                out.flush();
            }
        }
        end(client);
        end(server);
    }

    private void end(Socket socket) throws IOException {
        open.remove(socket);
        socket.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
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

    /** Cuts everything. */
    @Override
    public void close() {
        try {
            requireNonNull(order.get()).released.countDown();
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
