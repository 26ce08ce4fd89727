package io.reanchor.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One command as a client sends it: an array of bulk strings. */
record RespCommand(String name, List<byte[]> args, byte[] bytes) {
    private static final Set<String> WITHOUT_KEYS =
            Set.of("AUTH", "HELLO", "CLIENT", "SELECT", "PING", "MULTI", "EXEC", "DISCARD", "UNWATCH", "WAIT", "ROLE");
    private static final Set<String> ALL_KEYS = Set.of("WATCH", "UNLINK", "DEL", "RENAME", "EXISTS", "MGET");

    /** The next command, or null at the end. */
    static @Nullable RespCommand read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        int count = number(in, bytes, false);
        List<byte[]> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = number(in, bytes, true);
            byte[] value = in.readNBytes(length + 2);
            if (value.length < length + 2) {
                throw new EOFException("a command that ends in its midst");
            }
            bytes.write(value);
            parts.add(java.util.Arrays.copyOf(value, length));
        }
        String name =
                parts.isEmpty() ? "" : new String(parts.get(0), StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
        return new RespCommand(name, parts.subList(Math.min(1, count), count), bytes.toByteArray());
    }

    boolean isScript() {
        return name.equals("EVAL") || name.equals("EVALSHA");
    }

    /** The keys, or channels, that it names; never a value, let alone a password. */
    List<String> keys() {
        if (isScript()) {
            int keys = Integer.parseInt(text(1));
            return args.subList(2, 2 + keys).stream().map(RespCommand::text).toList();
        }
        if (WITHOUT_KEYS.contains(name) || args.isEmpty()) {
            return List.of();
        }
        return args.subList(0, ALL_KEYS.contains(name) ? args.size() : 1).stream()
                .map(RespCommand::text)
                .toList();
    }

    String text(int arg) {
        return text(args.get(arg));
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static int number(InputStream in, ByteArrayOutputStream copy, boolean skipType) throws IOException {
        int number = 0;
        boolean skip = skipType;
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("a command that ends in its midst");
            }
            copy.write(c);
            if (c == '\n') {
                return number;
            }
            if (skip) {
                skip = false;
            } else if (c != '\r') {
                number = number * 10 + c - '0';
            }
        }
    }
}
