package io.reanchor.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads replies off the wire, RESP2 and RESP3 (redis.io/docs/reference/protocol-spec), by nobody else's code. */
final class Resp {
    private Resp() {}

    /** An error reply. */
    record Failure(String message) {}

    /** A message that answers no command. */
    record Push(List<@Nullable Object> parts) {}

    /**
     * The next reply: bytes of a bulk string, text of a simple one, a number as {@code Long}, a {@link Failure}, a {@link Push}, a
     * list, or null for nil.
     *
     * @param copy gets every byte that was read
     * @throws EOFException when the stream ends, also in the midst of a reply
     */
    static @Nullable Object read(InputStream in, OutputStream copy) throws IOException {
        String line = line(in, copy);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ',', '#', '(' -> rest;
            case '-' -> new Failure(rest);
            case ':' -> Long.valueOf(rest);
            case '$', '=', '!' -> bulk(in, copy, Integer.parseInt(rest));
            case '*', '~' -> rest.equals("-1") ? null : list(in, copy, Integer.parseInt(rest));
            case '%' -> list(in, copy, 2 * Integer.parseInt(rest));
            case '>' -> new Push(list(in, copy, Integer.parseInt(rest)));
            case '_' -> null;
            default -> throw new IOException("no reply begins like this: " + line);
        };
    }

    private static byte @Nullable [] bulk(InputStream in, OutputStream copy, int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] value = in.readNBytes(length + 2);
        copy.write(value);
        if (value.length < length + 2) {
            throw new EOFException("a reply that ends in its midst");
        }
        return java.util.Arrays.copyOf(value, length);
    }

    private static List<@Nullable Object> list(InputStream in, OutputStream copy, int size) throws IOException {
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(read(in, copy));
        }
        return list;
    }

    private static String line(InputStream in, OutputStream copy) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException(line.size() == 0 ? "the end" : "a reply that ends in its midst");
            }
            copy.write(c);
            line.write(c);
        }
        copy.write('\n');
        String text = line.toString(StandardCharsets.UTF_8);
        if (text.length() < 2 || !text.endsWith("\r")) {
            throw new IOException("no reply: " + text);
        }
        return text.substring(0, text.length() - 1);
    }
}
