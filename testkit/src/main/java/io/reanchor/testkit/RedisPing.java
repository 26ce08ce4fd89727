package io.reanchor.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Waits until a Redis server answers; without a client, so that no connection of one lingers. */
final class RedisPing {
    private RedisPing() {}

    static void await(int port, GuardedProcess process, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        String last = "no answer";
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IllegalStateException("redis-server ended at once. Its log:\n" + process.logTail());
            }
            try {
                last = ping(port);
                // A server that asks for a password is up.
                if (last.startsWith("+PONG") || last.startsWith("-NOAUTH") || last.startsWith("-NOPERM")) {
                    return;
                }
            } catch (IOException e) {
                last = e.toString();
            }
            pause();
        }
        throw new IllegalStateException("redis-server on port %d doesn't answer PING: %s. Its log:%n%s"
                .formatted(port, last, process.logTail()));
    }

    private static String ping(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(7);
            return new String(answer, StandardCharsets.US_ASCII);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
