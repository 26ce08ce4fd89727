package io.reanchor.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One command as a client sends it: an array of bulk strings. */
record RespCommand(String name, byte[] bytes) {

    /** The next command, or null at the end. */
    static @Nullable RespCommand read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        int count = number(in, bytes, false);
        String name = "";
        for (int i = 0; i < count; i++) {
            int length = number(in, bytes, true);
            byte[] value = in.readNBytes(length + 2);
            bytes.write(value);
            if (i == 0) {
                name = new String(value, 0, length, StandardCharsets.US_ASCII);
            }
        }
        return new RespCommand(name, bytes.toByteArray());
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
