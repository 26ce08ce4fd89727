package io.reanchor.activity;

import io.reanchor.redis.Token;
import io.reanchor.workflow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the flight recordings of this worker's operations: {@code <symbol>-<run id>.<round>.jsonl} once it has ended, {@code .part} while it
 * goes on and after a crash. Public market data, ids and outcomes: nothing that was configured as a secret comes near it. Thread-safe.
 */
final class FlightRecorder {
    private static final Logger log = LoggerFactory.getLogger(FlightRecorder.class);
    private static final String ENDED = ".jsonl";
    private static final String GOES_ON = ".part";
    /** Of what stands in a line. */
    static final int VERSION = 1;

    private static final int MOST_OPEN = 1_000;

    private final FlightSettings settings;
    private final RecoverySettings recovery;
    private final Clock clock;
    private final Map<Token, Flight> open = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Token, Flight> eldest) {
            return size() > MOST_OPEN; // its end was another worker's
        }
    };

    FlightRecorder(RecoverySettings recovery, Clock clock) {
        this.settings = recovery.recordings();
        this.recovery = recovery;
        this.clock = clock;
    }

    synchronized Flight of(String symbol, Token token) {
        Path directory = settings.directory();
        if (directory == null) {
            return Flight.NONE;
        }
        return open.computeIfAbsent(token, unknown -> begin(symbol, token, directory));
    }

    private Flight begin(String symbol, Token token, Path directory) {
        Flight flight = new Flight(symbol, file(directory, symbol, token, GOES_ON), settings.maxBytes(), clock);
        flight.add(
                FlightLine.BEGINS,
                Map.of(
                        "version", VERSION,
                        "symbol", symbol,
                        "token", token.value(),
                        "depthLimit", recovery.depthLimit(),
                        "lookBack", recovery.lookBack().toMillis(),
                        "barsRetention", recovery.barsRetention().toMillis(),
                        "checks", recovery.checks().effective()));
        return flight;
    }

    /** Why a step went no further; what comes after the end is nobody's any more. */
    void failed(Token token, Exception e) {
        Flight flight;
        synchronized (this) {
            flight = open.get(token);
        }
        if (flight != null) {
            flight.add(FlightLine.FAILED, Map.of("message", String.valueOf(e.getMessage())));
        }
    }

    /** Once the outcome is known: what isn't to be kept is deleted. */
    void end(String symbol, Token token, Outcome outcome) {
        Flight flight;
        synchronized (this) {
            flight = open.remove(token);
        }
        Path directory = settings.directory();
        if (flight != null && directory != null) {
            flight.add(FlightLine.ENDED, Map.of("outcome", outcome));
            flight.end(outcome == Outcome.COMMITTED && !settings.all() ? null : file(directory, symbol, token, ENDED));
            prune(directory);
        }
    }

    private static Path file(Path directory, String symbol, Token token, String suffix) {
        return directory.resolve("%s-%s%s".formatted(symbol, token.value(), suffix));
    }

    private void prune(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> newestFirst = files.filter(FlightRecorder::isOurs)
                    .sorted(Comparator.comparing(FlightRecorder::age).reversed())
                    .toList();
            for (Path old : newestFirst.stream().skip(settings.maxFiles()).toList()) {
                Files.deleteIfExists(old);
            }
        } catch (IOException e) {
            log.warn("old recordings in {} can't be deleted", directory, e);
        }
    }

    /** Those that go on are the newest: an older one is what a crash has left. */
    private static boolean isOurs(Path file) {
        return file.toString().endsWith(ENDED) || file.toString().endsWith(GOES_ON);
    }

    private static long age(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0; // deleted by another worker meanwhile
        }
    }
}
