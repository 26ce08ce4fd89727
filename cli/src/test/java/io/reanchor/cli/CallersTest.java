package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.demo.LiveStack;
import io.reanchor.testkit.Prerequisite;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.FailureTypes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;

/** The callers in other languages, as they stand in starter/examples, on a real Temporal server, while a writer goes on. */
@Timeout(120)
class CallersTest {
    private static final Path EXAMPLES = Path.of(Objects.requireNonNullElse(System.getProperty("reanchor.root"), ".."))
            .resolve("starter/examples")
            .toAbsolutePath();
    private static final String SYMBOL = "BTCUSDT";
    private static final Duration HISTORY = Duration.ofSeconds(60);

    private static @Nullable TemporalDevServer temporal;
    private static @Nullable RedisServer redis;
    private static @Nullable SimulatedExchange exchange;
    private static @Nullable LiveStack stack;

    @TempDir
    private Path out;

    /** A caller that has ended. */
    private record Called(int exitCode, String out, String err) {
        JsonNode result() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        temporal = TemporalDevServer.startOrSkip(TestAbortedException::new);
        redis = RedisServer.start();
        exchange = SimulatedExchange.start(new SyntheticMarket(
                11,
                SYMBOL,
                new BigDecimal("61837.63"),
                Instant.now().minus(HISTORY),
                new SyntheticMarket.Shape(100, 10, 5, 0.1)));
        exchange.step(HISTORY);
        exchange.goLive(1);
        stack = LiveStack.start(
                new LiveStack.Options(
                        List.of(SYMBOL),
                        exchange.restUri(),
                        exchange.streamUri(),
                        redis.uri(),
                        temporal.address(),
                        LiveStack.Retention.DEFAULT,
                        Map.of()),
                line -> {});
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {stack, exchange, redis, temporal}) {
            if (part != null) {
                part.close();
            }
        }
    }

    @Test
    void curl() throws Exception {
        Prerequisite.orSkip(
                Optional.of("curl").filter(tool -> works("curl", "--version") && works("jq", "--version")),
                "no curl, or no jq, on PATH",
                TestAbortedException::new);
        recoversAndIsRefused(List.of("bash", "recover.sh"));
    }

    @Test
    void python() throws Exception {
        String python = Prerequisite.orSkip(
                Stream.of(System.getenv("REANCHOR_PYTHON"), "python3")
                        .filter(Objects::nonNull)
                        .filter(found -> works(found, "-c", "import temporalio"))
                        .findFirst(),
                "no Python with temporalio: python3 -m venv venv && venv/bin/pip install -r starter/examples/requirements.txt, then REANCHOR_PYTHON=venv/bin/python",
                TestAbortedException::new);
        recoversAndIsRefused(List.of(python, "recover.py"));
    }

    @Test
    void typescript() throws Exception {
        Path tsx = Prerequisite.orSkip(
                Optional.of(EXAMPLES.resolve("node_modules/.bin/tsx")).filter(Files::isExecutable),
                "the TypeScript caller's packages aren't there: npm ci --prefix starter/examples",
                TestAbortedException::new);
        assertThat(call(List.of(EXAMPLES.resolve("node_modules/.bin/tsc").toString(), "-p", "."))
                        .exitCode())
                .as("its types")
                .isZero();
        recoversAndIsRefused(List.of(tsx.toString(), "recover.ts"));
    }

    private void recoversAndIsRefused(List<String> caller) throws Exception {
        Called recovered = call(caller, SYMBOL);
        assertThat(recovered.exitCode()).as(recovered.err()).isEqualTo(ExitCodes.OK);
        assertThat(recovered.result().get("outcome").asText()).isEqualTo("COMMITTED");
        assertThat(recovered.err()).containsPattern("(started|joined) [0-9a-f-]{36}");
        try (Jedis live = new Jedis(Objects.requireNonNull(redis).uri())) {
            // The detector may have recovered once more since: then it stands among the earlier ones.
            assertThat(live.hgetAll("meta:" + SYMBOL).toString())
                    .contains(
                            recovered.result().get("receipt").get("generation").asText());
        }

        Called refused = call(caller, "NOSUCH", "100", "200");
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(refused.result().get("outcome").asText()).isEqualTo("ROLLED_BACK");
        assertThat(refused.result().get("failure").get("type").asText()).isEqualTo(FailureTypes.UNKNOWN_SYMBOL);
    }

    private Called call(List<String> caller, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(caller);
        command.addAll(List.of(arguments));
        Path standard = out.resolve("out");
        Path errors = out.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(EXAMPLES.toFile())
                .redirectOutput(standard.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TEMPORAL_"));
        builder.environment()
                .put("TEMPORAL_ADDRESS", Objects.requireNonNull(temporal).address());
        builder.environment().put("TEMPORAL_HTTP", temporal.http().toString());
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Called(process.waitFor(), Files.readString(standard), Files.readString(errors));
    }

    private static boolean works(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
