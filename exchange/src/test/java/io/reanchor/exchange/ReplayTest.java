package io.reanchor.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.testkit.TestData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class ReplayTest {
    private static final String SNAPSHOT =
            "{\"lastUpdateId\":10,\"bids\":[[\"100.00\",\"1.0\"],[\"99.00\",\"2.0\"]],\"asks\":[[\"101.00\",\"1.0\"]]}";

    @TempDir
    private Path folder;

    @Test
    void agreesWithEveryOracleRowOfTheRecording() throws IOException {
        TestData data = TestData.orSkip(TestAbortedException::new);
        List<String> lines = new ArrayList<>();
        lines.add(Files.readString(data.snapshot()).strip());
        lines.addAll(Files.readAllLines(data.depth()));
        lines.addAll(Files.readAllLines(data.oracle()));
        ReplayResult result = replay(lines);
        assertThat(result.compared()).isEqualTo(45);
        assertThat(result.matched()).isEqualTo(45);
        assertThat(result.gaps()).isZero();
        assertThat(result.crossed()).isZero();
        assertThat(result.depthUpdates()).isEqualTo(299);
        assertThat(result.applied()).isEqualTo(297);
    }

    @Test
    void agreesWithEveryTickerOfTheWholeRecording() throws IOException {
        TestData data = TestData.orSkip(TestAbortedException::new);
        Replay replay = Replay.of(Recording.load(data.raw()), "BTCUSDT");
        ReplayResult once = replay.run(1);
        assertThat(once.compared()).isGreaterThan(45);
        assertThat(once.matched()).isEqualTo(once.compared());
        assertThat(once.gaps()).isZero();
        assertThat(once.crossed()).isZero();
        assertThat(once.depthUpdates()).isEqualTo(599);
        assertThat(once.trades()).isEqualTo(1381);
        ReplayResult thrice = replay.run(3);
        assertThat(thrice.passes()).isEqualTo(3);
        assertThat(thrice.levelChangesPerSecond()).isPositive();
        assertThat(thrice)
                .usingRecursiveComparison()
                .ignoringFields("passes", "levelChangesPerSecond")
                .isEqualTo(once);
    }

    @Test
    void comparesTickersThatComeBeforeOrAfterTheirUpdate() throws IOException {
        ReplayResult result = replay(List.of(
                SNAPSHOT,
                ticker("BTCUSDT", 14, "99", "2", "101", "1"), // before its update, and before an earlier ticker
                ticker("BTCUSDT", 12, "100", "3", "101", "1"), // before its update
                ticker("BTCUSDT", 11, "0", "0", "0", "0"), // within an update: nobody can tell
                depth("BTCUSDT", 9, 12, "100.00", "3.0"),
                ticker("BTCUSDT", 12, "100", "3", "101", "1"), // at once
                depth("BTCUSDT", 13, 14, "100.00", "0.0"),
                depth("BTCUSDT", 15, 15, "99.50", "7.0"),
                ticker("BTCUSDT", 14, "99", "2", "101", "1"), // after a later update
                ticker("BTCUSDT", 15, "99.5", "7.1", "101", "1"))); // wrong
        assertThat(result.compared()).isEqualTo(5);
        assertThat(result.matched()).isEqualTo(4);
        assertThat(result.bestBid()).isEqualTo("99.5 x 7");
        assertThat(result.bestAsk()).isEqualTo("101 x 1");
        assertThat(result.lastUpdateId()).isEqualTo(15);
        assertThat(result.levelChanges()).isEqualTo(3);
    }

    @Test
    void waitsForTheSnapshotWithTheUpdatesBeforeIt() throws IOException {
        ReplayResult result = replay(List.of(
                ticker("BTCUSDT", 12, "100", "3", "101", "1"),
                depth("BTCUSDT", 5, 8, "100.00", "9.0"),
                depth("BTCUSDT", 9, 12, "100.00", "3.0"),
                SNAPSHOT,
                depth("BTCUSDT", 13, 13, "98.00", "1.0")));
        assertThat(result.compared()).isEqualTo(1);
        assertThat(result.matched()).isEqualTo(1);
        assertThat(result.applied()).isEqualTo(2);
        assertThat(result.depthUpdates()).isEqualTo(3);
    }

    @Test
    void standsStillBehindAGapUntilASnapshotFits() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                SNAPSHOT,
                depth("BTCUSDT", 11, 12, "100.00", "3.0"),
                depth("BTCUSDT", 15, 16, "100.00", "4.0"),
                ticker("BTCUSDT", 16, "100", "4", "101", "1"),
                depth("BTCUSDT", 17, 18, "100.00", "5.0")));
        assertThat(replay(lines)).returns(1L, ReplayResult::gaps).returns(12L, ReplayResult::lastUpdateId);
        lines.add(SNAPSHOT.replace("\"lastUpdateId\":10", "\"lastUpdateId\":15"));
        assertThat(replay(lines))
                .returns(1L, ReplayResult::gaps)
                .returns(18L, ReplayResult::lastUpdateId)
                .returns(1L, ReplayResult::matched);
    }

    @Test
    void seesACrossedBook() throws IOException {
        assertThat(replay(List.of(SNAPSHOT, depth("BTCUSDT", 11, 11, "101.00", "1.0")))
                        .crossed())
                .isEqualTo(1);
    }

    @Test
    void tellsSymbolsAndTheirSnapshotsApart() throws IOException {
        Recording both = recording(List.of(
                SNAPSHOT.replace("\"lastUpdateId\":10", "\"lastUpdateId\":7000"),
                depth("BTCUSDT", 11, 11, "100.00", "3.0"),
                SNAPSHOT,
                depth("ETHUSDT", 7000, 7001, "100.00", "4.0"),
                ticker("ETHUSDT", 7001, "100", "4", "101", "1")));
        assertThatThrownBy(() -> Replay.of(both, null)).hasMessageContaining("[BTCUSDT, ETHUSDT]: name one");
        assertThatThrownBy(() -> Replay.of(both, "XRPUSDT")).hasMessageContaining("no depth update of XRPUSDT");
        assertThat(Replay.of(both, "BTCUSDT").run(1))
                .returns("100 x 3", ReplayResult::bestBid)
                .returns(0L, ReplayResult::compared);
        assertThat(Replay.of(both, "ETHUSDT").run(1))
                .returns("100 x 4", ReplayResult::bestBid)
                .returns(1L, ReplayResult::matched);
    }

    @Test
    void refusesARecordingThatItCannotReplay() throws IOException {
        Recording noSnapshot = recording(List.of(depth("BTCUSDT", 11, 12, "100.00", "3.0")));
        assertThatThrownBy(() -> Replay.of(noSnapshot, null))
                .hasMessageContaining("BTCUSDT: no REST snapshot")
                .hasMessageContaining("11..12");
        Recording tooOld = recording(List.of(SNAPSHOT, depth("BTCUSDT", 12, 13, "100.00", "3.0")));
        assertThatThrownBy(() -> Replay.of(tooOld, null)).hasMessageContaining("snapshots at [10]");
        Recording none = recording(List.of("{\"result\":null,\"id\":1}"));
        assertThatThrownBy(() -> Replay.of(none, null)).hasMessageContaining("no depth update");
        Recording broken = recording(List.of(SNAPSHOT, "{\"e\":\"depthUpdate\""));
        assertThatThrownBy(() -> Replay.of(broken, null))
                .hasMessageContaining("recorded line 2")
                .hasMessageContaining("at byte");
    }

    @Test
    void readsGzipAndPlainAndRefusesOtherLines() throws IOException {
        Path gzip = folder.resolve("recording.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(("12 " + SNAPSHOT + "\r\n\n13 " + depth("BTCUSDT", 11, 11, "100.00", "3.0")).getBytes(UTF_8));
        }
        Recording read = Recording.load(gzip);
        assertThat(read.size()).isEqualTo(2);
        List<String> seen = new ArrayList<>();
        read.line(0, (nanos, bytes, from, to) -> seen.add(nanos + " " + new String(bytes, from, to - from, UTF_8)));
        Recording.stream(
                gzip, (nanos, bytes, from, to) -> seen.add(nanos + " " + new String(bytes, from, to - from, UTF_8)));
        assertThat(seen).hasSize(3).startsWith("12 " + SNAPSHOT, "12 " + SNAPSHOT);
        for (String bad : List.of("hello", "12{}", "12 ", "12 x", "[1]")) {
            assertThatThrownBy(() -> recording(List.of(SNAPSHOT, bad)))
                    .as(bad)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("line 2");
        }
        assertThatThrownBy(() -> recording(List.of())).hasMessageContaining("got none");
    }

    @Test
    void aRecordingThatInflatesWithoutEndIsRefused() throws IOException {
        Path bomb = folder.resolve("bomb.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            byte[] lines = (SNAPSHOT + "\n").repeat(1000).getBytes(UTF_8);
            for (int i = 0; i < 100; i++) {
                out.write(lines);
            }
        }
        assertThat(Files.size(bomb)).isLessThan(100_000);
        assertThatThrownBy(() -> Recording.load(bomb, 1_000_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 1000000 bytes in all, inflated, got more at line ");
        assertThat(Recording.load(bomb, 100_000 * SNAPSHOT.length()).size()).isEqualTo(100_000);
    }

    @Test
    void aRecordingsTimesDontWrapAround() throws IOException {
        assertThat(recording(List.of("9223372036854775807 " + SNAPSHOT)).size()).isOne();
        assertThatThrownBy(() -> recording(List.of("9223372036854775808 " + SNAPSHOT)))
                .hasMessageContaining("line 1 begins with \"9223372036854775808 {");
    }

    private ReplayResult replay(List<String> lines) throws IOException {
        return Replay.of(recording(lines), null).run(1);
    }

    private Recording recording(List<String> lines) throws IOException {
        Path file = folder.resolve("recording.ndjson");
        Files.write(file, lines);
        return Recording.load(file);
    }

    private static String depth(String symbol, long first, long last, String bid, String quantity) {
        return "{\"e\":\"depthUpdate\",\"E\":5,\"s\":\"%s\",\"U\":%d,\"u\":%d,\"b\":[[\"%s\",\"%s\"]],\"a\":[]}"
                .formatted(symbol, first, last, bid, quantity);
    }

    private static String ticker(String symbol, long id, String bid, String bidSize, String ask, String askSize) {
        return "{\"u\":%d,\"s\":\"%s\",\"b\":\"%s\",\"B\":\"%s\",\"a\":\"%s\",\"A\":\"%s\"}"
                .formatted(id, symbol, bid, bidSize, ask, askSize);
    }
}
