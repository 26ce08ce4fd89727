package io.reanchor.exchange;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Recorded events, one a line: {@code <local nanoseconds> <JSON>}, or the JSON alone; gzip or plain, told apart by their first
 * bytes. Immutable and thread-safe.
 */
public final class Recording {
    /** A hundred times the longest event. */
    private static final int MAX_LINE = 64 << 20;

    /** What is held in memory at once, inflated; gzip makes a thousand bytes of one. The largest recording at hand has 70 MB. */
    private static final int MAX_LOADED = 1 << 30;

    private final byte[] bytes;
    private final long[] times;
    private final int[] starts;
    private final int[] ends;

    private Recording(byte[] bytes, long[] times, int[] starts, int[] ends) {
        this.bytes = bytes;
        this.times = times;
        this.starts = starts;
        this.ends = ends;
    }

    /** Takes a recorded line. */
    public interface Lines {
        /**
         * @param localNanos the recorder's clock in nanoseconds since the epoch, or -1 when the line has no time
         * @param bytes holds the JSON in {@code [from..to)}; only good during the call
         */
        void line(long localNanos, byte[] bytes, int from, int to) throws IOException;
    }

    /**
     * Reads a file into memory, inflated.
     *
     * @throws IOException when it can't be read, a line doesn't begin as one, it has no line, or more than a gibibyte
     */
    public static Recording load(Path file) throws IOException {
        return load(file, MAX_LOADED);
    }

    static Recording load(Path file, int maxBytes) throws IOException {
        Loader loader = new Loader(file, maxBytes);
        stream(file, loader);
        if (loader.lines == 0) {
            throw new IOException(file + ": expected lines of <local nanoseconds> <JSON>, got none");
        }
        return loader.recording();
    }

    /** Reads a file line by line in constant memory. */
    public static void stream(Path file, Lines lines) throws IOException {
        try (InputStream in = inflated(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            byte[] buffer = new byte[1 << 16];
            int filled = 0;
            long number = 0;
            int read;
            while ((read = in.read(buffer, filled, buffer.length - filled)) >= 0) {
                int start = 0;
                int end = filled + read;
                for (int i = filled; i < end; i++) {
                    if (buffer[i] == '\n') {
                        line(file, ++number, buffer, start, i, lines);
                        start = i + 1;
                    }
                }
                filled = end - start;
                System.arraycopy(buffer, start, buffer, 0, filled);
                if (filled == buffer.length) {
                    if (filled >= MAX_LINE) {
                        throw new IOException("%s: line %d has over %d bytes".formatted(file, number + 1, MAX_LINE));
                    }
                    buffer = Arrays.copyOf(buffer, filled * 2);
                }
            }
            line(file, number + 1, buffer, 0, filled, lines);
        }
    }

    private static InputStream inflated(InputStream raw) throws IOException {
        PushbackInputStream in = new PushbackInputStream(raw, 2);
        byte[] magic = in.readNBytes(2);
        in.unread(magic);
        boolean gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static void line(Path file, long number, byte[] bytes, int from, int end, Lines lines) throws IOException {
        int to = end > from && bytes[end - 1] == '\r' ? end - 1 : end;
        if (from == to) {
            return;
        }
        int at = from;
        long nanos = 0;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9' && at - from < 19) {
            nanos = nanos * 10 + bytes[at++] - '0';
        }
        boolean timed = at > from && at < to && bytes[at] == ' ';
        int json = timed ? at + 1 : at;
        if ((at > from && !timed) || nanos < 0 || json >= to || bytes[json] != '{') {
            throw new IOException("%s: line %d begins with %s: expected <local nanoseconds> {…} or {…}"
                    .formatted(
                            file,
                            number,
                            Context.shown(new String(bytes, from, Math.min(40, to - from), StandardCharsets.UTF_8))));
        }
        lines.line(timed ? nanos : -1, bytes, json, to);
    }

    /** How many lines. */
    public int size() {
        return starts.length;
    }

    /** Passes on line {@code i}, counted from zero. */
    public void line(int i, Lines lines) throws IOException {
        lines.line(times[i], bytes, starts[i], ends[i]);
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    private static final class Loader implements Lines {
        private final Path file;
        private final int maxBytes;
        private byte[] bytes = {};
        private long[] times = new long[1 << 12];
        private int[] starts = new int[1 << 12];
        private int[] ends = new int[1 << 12];
        private int length;
        private int lines;

        Loader(Path file, int maxBytes) {
            this.file = file;
            this.maxBytes = maxBytes;
        }

        @Override
        public void line(long localNanos, byte[] source, int from, int to) throws IOException {
            if (to - from > maxBytes - length) {
                throw new IOException(
                        "%s: expected events of at most %d bytes in all, inflated, got more at line %d; split it"
                                .formatted(file, maxBytes, lines + 1));
            }
            if (lines == starts.length) {
                times = Arrays.copyOf(times, lines * 2);
                starts = Arrays.copyOf(starts, lines * 2);
                ends = Arrays.copyOf(ends, lines * 2);
            }
            if (length + (to - from) > bytes.length) {
                int doubled = (int) Math.min(maxBytes, Math.max(1 << 16, 2L * length));
                bytes = Arrays.copyOf(bytes, Math.max(length + (to - from), doubled));
            }
            System.arraycopy(source, from, bytes, length, to - from);
            times[lines] = localNanos;
            starts[lines] = length;
            length += to - from;
            ends[lines++] = length;
        }

        Recording recording() {
            return new Recording(
                    Arrays.copyOf(bytes, length),
                    Arrays.copyOf(times, lines),
                    Arrays.copyOf(starts, lines),
                    Arrays.copyOf(ends, lines));
        }
    }
}
