package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.check.CheckSettings;
import io.reanchor.redis.Token;
import io.reanchor.workflow.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which recordings there are in the end. */
class FlightRecorderTest {
    private static final Token TOKEN = Token.of("run", 1);

    @TempDir
    Path folder;

    private FlightRecorder recorder(boolean all, long maxBytes, int maxFiles) {
        return new FlightRecorder(
                new RecoverySettings(
                        1000,
                        Duration.ofMinutes(5),
                        Duration.ofHours(1),
                        CheckSettings.defaults(),
                        HookSettings.NONE,
                        new FlightSettings(folder, all, maxBytes, maxFiles)),
                Clock.systemUTC());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatWentLiveIsKeptOnlyWhenAllAre() throws IOException {
        recorder(false, 1 << 20, 10).of("BTCUSDT", TOKEN);
        assertThat(files()).containsExactly("BTCUSDT-run.1.part");

        FlightRecorder failed = recorder(false, 1 << 20, 10);
        failed.of("BTCUSDT", TOKEN);
        failed.end("BTCUSDT", TOKEN, Outcome.COMMITTED);
        assertThat(files()).isEmpty();

        FlightRecorder all = recorder(true, 1 << 20, 10);
        all.of("BTCUSDT", TOKEN);
        all.end("BTCUSDT", TOKEN, Outcome.COMMITTED);
        assertThat(files()).containsExactly("BTCUSDT-run.1.jsonl");
    }

    @Test
    void whatDidNotGoLiveIsKept() throws IOException {
        FlightRecorder failed = recorder(false, 1 << 20, 10);
        failed.of("BTCUSDT", TOKEN).add(FlightLine.FAILED, Map.of("message", "no"));
        failed.end("BTCUSDT", TOKEN, Outcome.ROLLED_BACK);
        failed.end("BTCUSDT", TOKEN, Outcome.ROLLED_BACK); // settled once more

        assertThat(files()).containsExactly("BTCUSDT-run.1.jsonl");
        List<String> lines = Files.readAllLines(folder.resolve("BTCUSDT-run.1.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(FlightLine.parse(lines.get(2)).path("outcome").asText()).isEqualTo("ROLLED_BACK");
    }

    @Test
    void oneThatGrowsTooLargeEndsAndSaysSo() throws IOException {
        FlightRecorder recorder = recorder(true, 4_000, 10);
        Flight flight = recorder.of("BTCUSDT", TOKEN);
        flight.add(FlightLine.ANSWER, Map.of("body", "x".repeat(5_000)));
        flight.add(FlightLine.FAILED, Map.of("message", "later"));
        recorder.end("BTCUSDT", TOKEN, Outcome.ROLLED_BACK);

        List<String> lines = Files.readAllLines(folder.resolve("BTCUSDT-run.1.jsonl"));
        assertThat(lines).hasSize(2);
        assertThat(FlightLine.parse(lines.get(1)).path(FlightLine.KIND).asText())
                .isEqualTo(FlightLine.TRUNCATED);
    }

    @Test
    void olderOnesAreDeleted() throws IOException {
        FlightRecorder recorder = recorder(true, 1 << 20, 2);
        for (int run = 1; run <= 4; run++) {
            Token token = Token.of("run" + run, 1);
            recorder.of("BTCUSDT", token);
            recorder.end("BTCUSDT", token, Outcome.ROLLED_BACK);
            Files.setLastModifiedTime(
                    folder.resolve("BTCUSDT-run%d.1.jsonl".formatted(run)), FileTime.fromMillis(run * 1_000L));
        }

        assertThat(files()).containsExactly("BTCUSDT-run3.1.jsonl", "BTCUSDT-run4.1.jsonl");
    }

    @Test
    void whatCannotBeWrittenIsLeftOut() throws IOException {
        FlightRecorder recorder = recorder(true, 1 << 20, 10);
        Files.delete(folder);

        recorder.of("BTCUSDT", TOKEN).add(FlightLine.FAILED, Map.of("message", "no"));
        recorder.end("BTCUSDT", TOKEN, Outcome.ROLLED_BACK);

        assertThat(folder).doesNotExist();
        Files.createDirectory(folder);
    }
}
