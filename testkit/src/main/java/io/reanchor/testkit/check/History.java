package io.reanchor.testkit.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.testkit.check.Event.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything that is seen and done in one run; the form is described in docs/faults.md. Thread-safe. */
public final class History {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = Path.of("testkit", "target", "histories");

    private final long start = System.nanoTime();
    private final List<Event> events = new ArrayList<>();

    /** Nanoseconds since this history began. */
    public long now() {
        return System.nanoTime() - start;
    }

    public void add(String process, String op, Type type, Object value) {
        add(process, op, type, value, now());
    }

    /** What is told later than it happened, at a time that {@link #now} gave. */
    public synchronized void add(String process, String op, Type type, Object value, long time) {
        events.add(new Event(process, op, type, JSON.valueToTree(value), time));
    }

    /** So far, by time. */
    public synchronized List<Event> events() {
        return events.stream().sorted(Comparator.comparingLong(Event::time)).toList();
    }

    /** The file of a run: {@code testkit/target/histories/<cell>-<seed>.jsonl} below the system property {@code reanchor.root}. */
    public static Path file(String cell, long seed) {
        String name = cell.replaceAll("[^A-Za-z0-9._-]+", "_") + "-" + seed + ".jsonl";
        return Path.of(System.getProperty("reanchor.root", ".")).resolve(FOLDER).resolve(name);
    }

    public void write(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            List<String> lines = new ArrayList<>();
            for (Event event : events()) {
                lines.add(JSON.writeValueAsString(event));
            }
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }

    public static List<Event> read(Path file) {
        try {
            List<Event> events = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                events.add(JSON.readValue(line, Event.class));
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }

    static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }
}
