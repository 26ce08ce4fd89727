package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.testkit.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class ReplayCommandTest {
    private static final String SNAPSHOT =
            "1 {\"lastUpdateId\":10,\"bids\":[[\"100.00\",\"1.0\"]],\"asks\":[[\"101.00\",\"1.0\"]]}";
    private static final String UPDATE = depth(11, 12, "100.00", "3.0");
    private static final String TICKER =
            "3 {\"u\":12,\"s\":\"BTCUSDT\",\"b\":\"100\",\"B\":\"3\",\"a\":\"101\",\"A\":\"1\"}";

    @TempDir
    private Path folder;

    @Test
    void theRealRecordingBearsTheBookOut() throws IOException {
        Path recording = TestData.orSkip(TestAbortedException::new).raw();

        Cli cli = Cli.run("replay", recording.toString(), "--symbol", "BTCUSDT", "--repeat", "2", "-o", "json");

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(cli.out().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(cli.out());
        assertThat(json.path("compared").asLong()).isGreaterThan(45);
        assertThat(json.path("matched").asLong())
                .isEqualTo(json.path("compared").asLong());
        assertThat(json.path("gaps").asLong(-1)).isZero();
        assertThat(json.path("crossed").asLong(-1)).isZero();
        assertThat(json.path("levelChangesPerSecond").asLong()).isPositive();
    }

    @Test
    void theTextTellsWhatWasComparedAndHowFast() throws IOException {
        Cli cli = replay(SNAPSHOT, UPDATE, TICKER);

        assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCodes.OK);
        assertThat(cli.out())
                .startsWith("BTCUSDT 1 of 1 tickers match, 0 gaps, crossed 0 times")
                .contains("best 100 x 3 and 101 x 1, update id 12")
                .contains("level changes a second");
    }

    @Test
    void aThresholdIsForAFlightRecordingOfAnExistingCheck() throws IOException {
        Path flight = folder.resolve("flight.jsonl");
        Files.writeString(
                flight,
                "{\"flight\":\"begins\",\"at\":\"2026-01-05T10:00:00Z\",\"version\":1,\"symbol\":\"BTCUSDT\",\"token\":\"r.1\","
                        + "\"depthLimit\":1000,\"lookBack\":300000,\"barsRetention\":86400000,\"checks\":{}}\n");

        refused(Cli.run("replay", flight.toString(), "--threshold", "NONE=1"), "check NONE is unknown");
        fails(Cli.run("replay", flight.toString()), "nothing was staged");
        Path events = Files.write(folder.resolve("events"), List.of(SNAPSHOT, UPDATE, TICKER));
        refused(Cli.run("replay", events.toString(), "--threshold", "FRESH=1"), "is no flight recording");
    }

    @Test
    void aTickerThatContradictsTheBookFails() throws IOException {
        fails(replay(SNAPSHOT, UPDATE, TICKER.replace("\"B\":\"3\"", "\"B\":\"3.1\"")), "1 of 1 tickers contradict");
    }

    @Test
    void aRecordingThatProvesNothingFails() throws IOException {
        fails(replay(SNAPSHOT, UPDATE), "nothing to compare with");
    }

    @Test
    void aGapFails() throws IOException {
        fails(replay(SNAPSHOT, UPDATE, TICKER, depth(20, 21, "100.00", "2.0")), "updates are missing, 1 times");
    }

    @Test
    void aCrossedBookFails() throws IOException {
        fails(replay(SNAPSHOT, UPDATE, TICKER, depth(13, 14, "101.00", "2.0")), "crossed after 1 updates");
    }

    @Test
    void whatIsNoRecordingIsRefusedInOneLine() throws IOException {
        refused(Cli.run("replay", folder.resolve("none.gz").toString()), "none.gz: no such file");
        refused(Cli.run("replay", folder.toString()), folder.toString());
        refused(replay("hello"), "line 1");
        refused(replay(UPDATE), "no REST snapshot");
        refused(replay(SNAPSHOT, "2 {\"e\":\"depthUpdate\""), "line 2");
        refused(Cli.run("replay", recording(SNAPSHOT, UPDATE), "--symbol", "ETHUSDT"), "ETHUSDT");
        refused(Cli.run("replay", recording(SNAPSHOT, UPDATE), "--repeat", "0"), "--repeat is 0");
    }

    private Cli replay(String... lines) throws IOException {
        return Cli.run("replay", recording(lines));
    }

    private String recording(String... lines) throws IOException {
        return Files.write(folder.resolve("recording.ndjson"), List.of(lines)).toString();
    }

    private static void fails(Cli cli, String why) {
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.MISMATCH);
        assertThat(cli.out()).startsWith("BTCUSDT ");
        assertThat(cli.err().lines()).singleElement().asString().contains(why);
    }

    private static void refused(Cli cli, String why) {
        assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).singleElement().asString().contains(why);
    }

    private static String depth(long first, long last, String bid, String quantity) {
        return "2 {\"e\":\"depthUpdate\",\"E\":5,\"s\":\"BTCUSDT\",\"U\":%d,\"u\":%d,\"b\":[[\"%s\",\"%s\"]],\"a\":[]}"
                .formatted(first, last, bid, quantity);
    }
}
