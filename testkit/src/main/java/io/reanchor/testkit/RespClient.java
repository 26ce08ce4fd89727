package io.reanchor.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Redis client of our own over a plain socket, so that what is judged with it doesn't rest on the client library, or the code, that
 * is judged. Not thread-safe.
 */
public final class RespClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private RespClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 65_536);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
    }

    /** @param timeout of connecting, and of each reply */
    public static RespClient connect(String host, int port, Duration timeout) throws IOException {
        Socket socket = new Socket();
        try {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            return new RespClient(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * One command and its reply: {@code byte[]} for a bulk string, {@code String} for a simple one, {@code Long}, a list, or null.
     *
     * @throws RespError when the server refuses
     */
    public @Nullable Object call(String... command) throws IOException {
        return all(List.of(List.of(command))).get(0);
    }

    /**
     * Several commands in one round trip, and their replies.
     *
     * @throws RespError when the server refuses one of them, after all replies were read
     */
    public List<@Nullable Object> all(List<List<String>> commands) throws IOException {
        List<List<byte[]>> raw = commands.stream()
                .map(command -> command.stream()
                        .map(part -> part.getBytes(StandardCharsets.UTF_8))
                        .toList())
                .toList();
        return allRaw(raw);
    }

    /** As {@link #all}, with arguments that may be any bytes. */
    public List<@Nullable Object> allRaw(List<List<byte[]>> commands) throws IOException {
        for (List<byte[]> command : commands) {
            out.write(("*" + command.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (byte[] part : command) {
                out.write(("$" + part.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(part);
                out.write('\r');
                out.write('\n');
            }
        }
        out.flush();
        List<@Nullable Object> replies = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            replies.add(Resp.read(in, OutputStream.nullOutputStream()));
        }
        replies.forEach(RespClient::refuse);
        return replies;
    }

    private static void refuse(@Nullable Object reply) {
        if (reply instanceof Resp.Failure failure) {
            throw new RespError(failure.message());
        }
        if (reply instanceof List<?> list) {
            list.forEach(RespClient::refuse);
        }
    }

    /** A bulk or simple string as text. */
    public static @Nullable String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : reply == null ? null : reply.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
