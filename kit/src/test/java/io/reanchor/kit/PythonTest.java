package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.testkit.Prerequisite;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The writer and reader in Python: their own tests, and beside those in Java. */
class PythonTest extends OnRedis {
    private static final Path FOLDER = Path.of(Objects.requireNonNullElse(System.getProperty("reanchor.root"), ".."))
            .resolve("kit/python");

    @TempDir
    private Path out;

    @Test
    void itsOwnTests() throws Exception {
        assertThat(run("-m", "unittest", "-v", "test_reanchor_kit")).contains("Ran ", "OK");
    }

    /** What one of them writes the other takes for its own, in journal, book and bars. */
    @Test
    void besideAJavaWriter() throws Exception {
        jedis.hset(NAMES.live(Keyspace.Family.BOOK), "lastUpdateId", "0");
        jedis.hset(NAMES.live(Keyspace.Family.BARS_1S), "lastTradeId", "0");
        jedis.hset(NAMES.live(Keyspace.Family.BARS_5S), "lastTradeId", "0");
        run("-c", """
                import os, redis
                from reanchor_kit import *
                client = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
                BookWriter(client, "BTCUSDT").write([Diff(1, 2, 5, [("99.50", "1")], [("100", "2.0")])])
                BookWriter(client, "BTCUSDT").write([Diff(4, 4, 6, [("99.50", "0")], [])])
                BarsWriter(client, "BTCUSDT").write([Trade(1, "100", "0.1", 1000, False), Trade(2, "100.5", "0.2", 1500, True)])
                BarsWriter(client, "BTCUSDT").write([Trade(4, "101", "0.3", 2000, True)])
                """);
        LiveBookWriter book = opened(LiveBookWriter.withJournal(
                connections(), NAMES, Journal.diffs(NAMES, Duration.ofMinutes(10)), InstantSource.system()));
        LiveBarsWriter bars = opened(LiveBarsWriter.withJournal(
                connections(),
                NAMES,
                Journal.trades(NAMES, Duration.ofMinutes(10)),
                InstantSource.system(),
                Duration.ofHours(1)));
        assertThat(book.catchUp().missing()).isEqualTo(new WriteOutcome.Missing(3L, 4));
        book.write(List.of(new DepthUpdate(3, 3, 6, PriceLevels.EMPTY, PriceLevels.EMPTY)));
        bars.write(List.of(new Trade(3, 3, new BigDecimal("99"), new BigDecimal("0.4"), 1600, false)));

        LiveState state = opened(new LiveStateReader(connections(), NAMES)).read();
        assertThat(Objects.requireNonNull(state.book()).book().lastUpdateId()).isEqualTo(4);
        assertThat(state.book().book().bids().size()).isZero();
        assertThat(state.book().book().asks().size()).isEqualTo(1);
        var first = Objects.requireNonNull(
                Objects.requireNonNull(state.bars1s()).bars().get(1_000L));
        assertThat(first.trades()).isEqualTo(3);
        assertThat(first.quoteVolume()).isEqualByComparingTo("69.7");
        assertThat(first.low()).isEqualByComparingTo("99");
        assertThat(state.bars1s().lastTradeId()).isEqualTo(4);
        assertThat(state.isSuspect()).isFalse();
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(python()));
        command.addAll(List.of(arguments));
        Path log = out.resolve("python.log");
        Map<String, String> environment = Map.of("REDIS_URL", redis.uri().toString(), "PYTHONDONTWRITEBYTECODE", "1");
        assertThat(exit(command, log, environment)).as(Files.readString(log)).isZero();
        return Files.readString(log);
    }

    private static int exit(List<String> command, Path log, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " hangs");
        }
        return process.exitValue();
    }

    /** One that has redis-py. */
    private String python() {
        Optional<String> found = Stream.of(System.getenv("REANCHOR_PYTHON"), "python3")
                .filter(Objects::nonNull)
                .filter(this::hasRedisPy)
                .findFirst();
        return Prerequisite.orSkip(
                found,
                "no Python with redis-py: python3 -m venv venv && venv/bin/pip install -r kit/python/requirements.txt, then REANCHOR_PYTHON=venv/bin/python",
                TestAbortedException::new);
    }

    private boolean hasRedisPy(String python) {
        try {
            return exit(List.of(python, "-c", "import redis"), out.resolve("look.log"), Map.of()) == 0;
        } catch (IOException e) {
            return false; // there is no such command
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
