package io.reanchor.demo;

import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Temporal's own test server on a port of this process: real calls over TCP, nothing on disk, no Web UI. */
public final class TemporalInProcess implements AutoCloseable {
    private static final int STARTS = 5;

    private final int port;
    private final TestServer.PortBoundTestServer server;

    private TemporalInProcess(int port, TestServer.PortBoundTestServer server) {
        this.port = port;
        this.server = server;
    }

    public static TemporalInProcess start() {
        RuntimeException last = null;
        // Somebody else may take a free port before the server binds it.
        for (int attempt = 1; attempt <= STARTS; attempt++) {
            int port = Ports.free();
            try {
                return new TemporalInProcess(port, TestServer.createPortBoundServer(port));
            } catch (RuntimeException e) {
                last = e;
            }
        }
        throw new IllegalStateException("Temporal's test server doesn't start", last);
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.close();
    }

    /** Ports of the loopback interface. */
    static final class Ports {
        private Ports() {}

        static int free() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException("no free port", e);
            }
        }

        static boolean isFree(int port) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.isBound();
            } catch (IOException taken) {
                return false;
            }
        }
    }
}
