package io.reanchor.activity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.market.check.CheckSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Replays a flight recording: the same steps, in a Redis of their own, are given the answers, live keys and journal entries that were there
 * then, and what they stage and decide is held against what was staged and decided. Not thread-safe.
 */
public final class FlightReplay {
    private final List<JsonNode> lines;
    private final JsonNode begin;

    private FlightReplay(List<JsonNode> lines) {
        this.lines = lines;
        this.begin = lines.stream()
                .filter(line -> FlightLine.kind(line).equals(FlightLine.BEGINS))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it doesn't say whose recording it is"));
    }

    /** Whether a file looks like a flight recording. */
    public static boolean isOne(Path file) throws IOException {
        byte[] start = "{\"flight\":\"".getBytes(StandardCharsets.UTF_8);
        try (var in = Files.newInputStream(file)) {
            return java.util.Arrays.equals(in.readNBytes(start.length), start);
        }
    }

    /**
     * Reads one. The parts that several workers have written may follow one another.
     *
     * @throws IllegalArgumentException when a line can't be read, or it is another version's
     */
    public static FlightReplay read(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            try {
                lines.add(FlightLine.parse(line));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(
                        "line %d: %s".formatted(lines.size() + 1, e.getOriginalMessage()), e);
            }
        }
        lines.sort(Comparator.comparing(line -> Instant.parse(line.path("at").asText())));
        FlightReplay replay = new FlightReplay(lines);
        if (replay.begin.path("version").asInt() != FlightRecorder.VERSION) {
            throw new IllegalArgumentException(
                    "version %s: expected %d".formatted(replay.begin.path("version"), FlightRecorder.VERSION));
        }
        return replay;
    }

    /**
     * Replays it.
     *
     * @param redis empty, and nobody else's
     * @param otherwise thresholds to use instead of those of then, by the check's name
     * @throws IllegalArgumentException when there is no such check, or it takes no such threshold
     */
    public ReplayedFlight run(URI redis, Map<String, Double> otherwise) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory("reanchor-replay");
        ExecutorService requests = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "reanchor-replay");
            thread.setDaemon(true);
            return thread;
        });
        try (ReplayRun run = new ReplayRun(redis, begin, lines, settings(own, otherwise), requests)) {
            for (JsonNode line : lines) {
                run.take(line);
            }
            return run.verdict();
        } finally {
            requests.shutdownNow();
            deleteAll(own);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private RecoverySettings settings(Path own, Map<String, Double> otherwise) {
        Map<String, CheckSettings.Setting> checks = new HashMap<>();
        begin.path("checks")
                .properties()
                .forEach(check -> checks.put(
                        check.getKey(), FlightLine.JSON.convertValue(check.getValue(), CheckSettings.Setting.class)));
        otherwise.forEach((name, threshold) -> checks.merge(
                name,
                new CheckSettings.Setting(null, threshold),
                (then, now) -> new CheckSettings.Setting(then.severity(), now.threshold())));
        return new RecoverySettings(
                begin.path("depthLimit").asInt(),
                duration("lookBack"),
                duration("barsRetention"),
                CheckSettings.of(true, checks),
                HookSettings.NONE,
                new FlightSettings(own, true, Long.MAX_VALUE, 1));
    }

    private Duration duration(String name) {
        return Duration.ofMillis(begin.path(name).asLong());
    }
}
