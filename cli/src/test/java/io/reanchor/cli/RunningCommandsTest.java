package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands that go on until they are stopped, and those that measure: what they say, as text and as JSON. */
@Timeout(120)
class RunningCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A command in a thread of its own, until it is stopped. */
    private static final class Running implements AutoCloseable {
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final Thread thread;

        Running(String... command) {
            Console console =
                    new Console(new PrintWriter(out), new PrintWriter(err), false, false, InstantSource.system());
            thread = new Thread(() -> CommandLines.of(console).execute(command));
            thread.start();
        }

        String awaitLine(Predicate<String> wanted) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                // A line that isn't whole yet is none.
                String so = out.toString();
                String whole = so.substring(0, so.lastIndexOf('\n') + 1);
                var found = whole.lines().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                assertThat(System.nanoTime()).as("%s%s", out, err).isLessThan(end);
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).as("still running").isFalse();
        }
    }

    @Test
    void anExchangeSaysWhereItIsAndASymbolThatLivesOnItThatItDoes() throws Exception {
        try (Running exchange = new Running("exchange", "--port", "0", "--symbols", "BTCUSDT")) {
            Matcher where = Pattern.compile("exchange \\[BTCUSDT]: REST at (\\S+), streams at (\\S+)")
                    .matcher(exchange.awaitLine(line -> line.startsWith("exchange")));
            assertThat(where.matches()).isTrue();

            try (Running text =
                    new Running("live", "--symbols", "BTCUSDT", "--rest", where.group(1), "--ws", where.group(2))) {
                assertThat(text.awaitLine(line -> line.contains(" LIVE ")))
                        .containsPattern("BTCUSDT +LIVE +book at \\d+, bars at \\d+");
            }
            try (Running json = new Running(
                    "live", "--symbols", "BTCUSDT", "--rest", where.group(1), "--ws", where.group(2), "-o", "json")) {
                JsonNode line = new ObjectMapper().readTree(json.awaitLine(one -> one.contains("\"LIVE\"")));
                assertThat(line.get("symbol").asText()).isEqualTo("BTCUSDT");
                assertThat(line.at("/book/id").asLong()).isPositive();
            }
        }
    }

    /** As an operator's terminal, or a service manager, ends it. */
    @Test
    void anExchangeThatIsStoppedEndsAsWhatWasToldToStop() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "exchange",
                        "--port",
                        "0",
                        "-o",
                        "json")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader()) {
            JsonNode line = new ObjectMapper().readTree(out.readLine());
            assertThat(line.get("symbols").get(0).asText()).isEqualTo("BTCUSDT");
            try (InputStream depth = URI.create(line.get("rest").asText() + "/api/v3/depth?symbol=BTCUSDT&limit=5")
                    .toURL()
                    .openStream()) {
                assertThat(new ObjectMapper().readTree(depth).get("bids")).hasSize(5);
            }
            assertThat(line.get("streams").asText()).startsWith("ws://");

            process.toHandle().destroy();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("128 and SIGTERM").isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whatCannotRunSaysWhyAtOnce() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli exchange = Cli.run("exchange", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(exchange.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(exchange.err()).contains("ports " + taken.getLocalPort());
        }
        assertThat(Cli.run("exchange", "--port", "0", "--recording", "/no/such/file")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("exchange").exitCode()).isEqualTo(ExitCodes.USAGE);
        Cli live = Cli.run("live", "--symbols", "BTCUSDT", "--keep-bars", "5s");
        assertThat(live.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(live.err()).contains("--keep-bars is PT5S");
        assertThat(Cli.run("live", "--symbols", "BTCUSDT", "--record", "/no/such/directory")
                        .err())
                .contains("expected a directory that can be written");
    }

    @Test
    void aBenchTellsWhatItMeasured() throws Exception {
        Cli text = Cli.run("bench", "staging", "--levels", "50", "--rounds", "3");
        Cli json = Cli.run("bench", "cutover", "--fields", "100", "--rounds", "3", "-o", "json");

        assertThat(text.exitCode()).as(text.err()).isEqualTo(ExitCodes.OK);
        assertThat(text.out()).contains("staging");
        assertThat(json.exitCode()).as(json.err()).isEqualTo(ExitCodes.OK);
        assertThat(new ObjectMapper().readTree(json.out())).hasSize(1);
        assertThat(Cli.run("bench", "staging", "--rounds", "0").exitCode()).isEqualTo(ExitCodes.USAGE);
    }
}
