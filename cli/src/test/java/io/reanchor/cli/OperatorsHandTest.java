package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.demo.LiveStack;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;

/** An operator's commands on a real Temporal server and a real Redis, while a writer goes on. */
@Timeout(120)
class OperatorsHandTest {
    private static final String SYMBOL = "BTCUSDT";
    private static final Duration HISTORY = Duration.ofSeconds(90);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static @Nullable TemporalDevServer temporal;
    private static @Nullable RedisServer server;
    private static @Nullable SimulatedExchange exchange;
    private LiveStack stack;
    private Jedis redis;

    @BeforeAll
    static void startServers() throws Exception {
        temporal = TemporalDevServer.startOrSkip(TestAbortedException::new);
        server = RedisServer.start();
        exchange = SimulatedExchange.start(new SyntheticMarket(
                7,
                SYMBOL,
                new BigDecimal("61837.63"),
                Instant.now().minus(HISTORY),
                new SyntheticMarket.Shape(100, 10, 5, 0.1)));
        exchange.step(HISTORY);
        exchange.goLive(1);
    }

    @AfterAll
    static void stopServers() {
        for (AutoCloseable part : new AutoCloseable[] {exchange, server, temporal}) {
            if (part != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @BeforeEach
    void goLive() throws Exception {
        redis = new Jedis(Objects.requireNonNull(server).uri());
        redis.flushAll();
        stack = live(Map.of());
        awaitWhole();
        ok("recover", SYMBOL); // whatever the detector has begun is over then
    }

    @AfterEach
    void stop() {
        redis.close();
        stack.close();
    }

    private static LiveStack live(Map<String, String> settings) throws InterruptedException {
        SimulatedExchange source = Objects.requireNonNull(exchange);
        return LiveStack.start(
                new LiveStack.Options(
                        List.of(SYMBOL),
                        source.restUri(),
                        source.streamUri(),
                        Objects.requireNonNull(server).uri(),
                        Objects.requireNonNull(temporal).address(),
                        LiveStack.Retention.DEFAULT,
                        settings),
                line -> {});
    }

    private void awaitWhole() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!stack.feed().standing(SYMBOL).isWhole()
                || stack.feed().standing(SYMBOL).doubted()) {
            assertThat(System.nanoTime()).as("whole within " + PATIENCE).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static Cli run(String... command) {
        String[] all = new String[command.length + 2];
        System.arraycopy(command, 0, all, 0, command.length);
        all[command.length] = "--address";
        all[command.length + 1] = Objects.requireNonNull(temporal).address();
        return Cli.run(all);
    }

    private static Cli ok(String... command) {
        Cli cli = run(command);
        assertThat(cli.exitCode()).as("%s\n%s", cli.out(), cli.err()).isEqualTo(ExitCodes.OK);
        return cli;
    }

    private static JsonNode json(Cli cli) throws IOException {
        return new ObjectMapper().readTree(cli.out());
    }

    private String generation() {
        return redis.hget("meta:" + SYMBOL, "gen");
    }

    @Test
    void aDryRunChangesNothingAndCanBeLookedAt() {
        String before = generation();

        Cli rehearsed = ok("recover", SYMBOL, "--dry-run");

        assertThat(rehearsed.out()).startsWith(SYMBOL + " rehearsed");
        assertThat(generation()).isEqualTo(before);
        assertThat(redis.exists("reanchor:" + SYMBOL)).isFalse();
        assertThat(redis.pttl("ob:new:" + SYMBOL)).isPositive();
        Cli diff = Cli.run("diff", SYMBOL, "--redis", uri());
        assertThat(diff.exitCode()).as(diff.err()).isEqualTo(ExitCodes.OK);
        assertThat(diff.out()).contains("  staged   update id ");
        assertThat(run("approve", SYMBOL).exitCode()).isEqualTo(ExitCodes.REFUSED);
    }

    @Test
    void aHookMayRefuseAndIsToldHowItWent(@TempDir Path folder) throws Exception {
        Path veto = folder.resolve("veto");
        Path told = folder.resolve("told");
        stack.close();
        stack = live(Map.of(
                "re_anchor.hooks.before_cut_over",
                command(folder, "before", "[ ! -e " + veto + " ] || { echo the desk trades; exit 1; }"),
                "re_anchor.hooks.after_cut_over",
                command(folder, "after", "cat > " + told + ".new && mv " + told + ".new " + told)));
        awaitWhole();
        ok("recover", SYMBOL);
        String before = generation();
        Files.createFile(veto);

        Cli vetoed = run("recover", SYMBOL, "-o", "json");

        assertThat(vetoed.exitCode()).as(vetoed.err()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(json(vetoed).path("failure").path("type").asText()).isEqualTo(FailureTypes.VETOED);
        assertThat(json(vetoed).path("failure").path("message").asText()).contains("the desk trades");
        assertThat(generation()).isEqualTo(before);
        assertThat(new ObjectMapper().readTree(told.toFile()).path("outcome").asText())
                .isEqualTo("ROLLED_BACK");
        Files.delete(veto);
        ok("recover", SYMBOL);
        assertThat(new ObjectMapper()
                        .readTree(told.toFile())
                        .path("receipt")
                        .path("generation")
                        .asText())
                .isEqualTo(generation());
    }

    @Test
    void whatWasRecordedIsReplayedAndAnotherThresholdTold(@TempDir Path folder) throws Exception {
        stack.close();
        stack = live(Map.of("re_anchor.recordings.directory", folder.toString(), "re_anchor.recordings.keep", "ALL"));
        awaitWhole();
        String run = json(ok("recover", SYMBOL, "-o", "json"))
                .path("receipt")
                .path("generation")
                .asText();
        String recording = folder.resolve("%s-%s.jsonl".formatted(SYMBOL, run.substring(run.indexOf('-') + 1)))
                .toString();

        Cli replayed = Cli.run("replay", recording);
        Cli stricter = Cli.run("replay", recording, "--threshold", "DEPTH_MIN=4000");

        assertThat(replayed.exitCode())
                .as("%s%s", replayed.out(), replayed.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(replayed.out()).startsWith(SYMBOL + " then committed, and today's code does the same");
        assertThat(stricter.exitCode()).isEqualTo(ExitCodes.MISMATCH);
        assertThat(stricter.out()).contains("DEPTH_MIN: then passed", "now refused");
    }

    private static String command(Path folder, String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private static String uri() {
        return Objects.requireNonNull(server).uri().toString();
    }

    /** By Temporal's own command, which asks the server for the same as the Web UI's buttons. */
    private static void temporal(String... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(TemporalDevServer.command().orElseThrow().toString()));
        command.addAll(List.of(words));
        command.addAll(List.of(
                "--workflow-id",
                ReanchorRequest.workflowId(SYMBOL),
                "--address",
                Objects.requireNonNull(temporal).address()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }

    private void awaitGone(String key) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (redis.exists(key)) {
            assertThat(System.nanoTime()).as(key + " is still there").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** No compensation runs: flag and staged keys stay, nobody can put them live, and the next recovery takes the flag over. */
    @Test
    void whatATerminateLeavesIsTakenOverByTheNextRecovery() throws Exception {
        String before = generation();
        ok("recover", SYMBOL, "--postpone");

        temporal("workflow", "terminate", "--reason", "a test");

        assertThat(generation()).isEqualTo(before);
        assertThat(redis.exists("reanchor:" + SYMBOL)).isTrue();
        Cli status = run("status", SYMBOL);
        assertThat(status.exitCode()).as(status.err()).isEqualTo(ExitCodes.UNKNOWN);
        assertThat(status.err()).contains("terminated");
        ok("recover", SYMBOL);
        assertThat(generation()).isNotEqualTo(before);
        awaitGone("reanchor:" + SYMBOL);
        assertThat(redis.keys("*:new:*")).isEmpty();
        awaitHistory(generation());
        Cli history = ok("history", SYMBOL, "--limit", "3");
        assertThat(history.out().lines().limit(3))
                .satisfiesExactly(
                        heading -> assertThat(heading).startsWith("STARTED "),
                        newest -> assertThat(newest).contains("committed", " ms", generation()),
                        older -> assertThat(older).contains("terminated"));
        assertThat(ok("history", SYMBOL, "-o", "jsonl").out().lines().limit(2).map(OperatorsHandTest::outcome))
                .containsExactly("COMMITTED", "null");
    }

    private static String outcome(String line) {
        try {
            return new ObjectMapper().readTree(line).get("outcome").asText();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    /** Visibility lags. */
    private static void awaitHistory(String generation) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!json(ok("history", SYMBOL, "-o", "json"))
                .at("/recoveries/0/generation")
                .asText()
                .equals(generation)) {
            assertThat(System.nanoTime()).as(generation + " is listed").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aCancelRollsBack() throws Exception {
        String before = generation();
        ok("recover", SYMBOL, "--postpone");

        temporal("workflow", "cancel");

        awaitGone("reanchor:" + SYMBOL);
        assertThat(generation()).isEqualTo(before);
        assertThat(redis.keys("*:new:*")).isEmpty();
        ok("recover", SYMBOL);
    }

    /** A reset copies the history and all ids in it: what it rebuilds is a generation of its own all the same. */
    @Test
    void aResetRunCutsOverAnewUnderItsOwnToken() throws Exception {
        ok("recover", SYMBOL, "--since", "1m");
        String before = generation();

        temporal("workflow", "reset", "--type", "FirstWorkflowTask", "--reason", "a test");

        long end = System.nanoTime() + PATIENCE.toNanos();
        while (generation().equals(before)) {
            assertThat(System.nanoTime()).as("cut over anew").isLessThan(end);
            Thread.onSpinWait();
        }
        ok("recover", SYMBOL); // joins it, or comes after it
        String[] first = before.split("[-.]", 2);
        String[] second = generation().split("[-.]", 2);
        assertThat(Integer.parseInt(second[0])).isGreaterThan(Integer.parseInt(first[0]));
        assertThat(second[1]).isNotEqualTo(first[1]);
        awaitGone("reanchor:" + SYMBOL);
    }

    @Test
    void aSignalThatNobodyKnowsChangesNothing() throws Exception {
        ok("recover", SYMBOL, "--postpone");

        temporal("workflow", "signal", "--name", "hurry", "--input", "\"up\"");

        ok("approve", SYMBOL);
    }

    /** The worker that staged it goes, another one stays; then two people approve at once. */
    @Test
    void anApprovalOutlivesItsWorkerAndCountsOnce() throws Exception {
        String before = generation();
        Cli postponed = ok("recover", SYMBOL, "--postpone", "--approve-within", "2m");
        assertThat(postponed.out()).startsWith(SYMBOL + " awaiting approval");
        assertThat(ok("diff", SYMBOL).out()).contains("  staged   update id ");
        LiveStack other = live(Map.of());
        stack.close();
        stack = other;
        assertThat(generation()).isEqualTo(before);

        List<Cli> both = approvedByTwo();
        while (both.stream().noneMatch(each -> each.exitCode() == ExitCodes.OK)
                && both.stream()
                        .anyMatch(each ->
                                each.err().contains("staged anew") || each.err().contains("too early"))) {
            both = approvedByTwo(); // the worker that went took a writer with it: what it missed is a gap
        }
        assertThat(both)
                .extracting(Cli::exitCode)
                .as(() -> run("status", SYMBOL, "-o", "json").out())
                .contains(ExitCodes.OK);
        for (Cli each : both) { // the later one may find it over
            assertThat(each.exitCode()).as(each.err()).isIn(ExitCodes.OK, ExitCodes.REFUSED);
        }
        Cli done = both.get(0).exitCode() == ExitCodes.OK ? both.get(0) : both.get(1);
        JsonNode result = json(done);
        assertThat(result.at("/receipt/replaced").asText()).isEqualTo(before);
        assertThat(result.at("/receipt/followed/behindMs").asLong())
                .as("as fresh as one that didn't wait")
                .isLessThan(1_000);
        assertThat(run("approve", SYMBOL).exitCode()).as("too late").isEqualTo(ExitCodes.REFUSED);
        assertThat(run("abort", SYMBOL, "--reason", "too late").exitCode()).isEqualTo(ExitCodes.REFUSED);
    }

    private static List<Cli> approvedByTwo() throws Exception {
        return byTwo("approve", SYMBOL, "-o", "json");
    }

    private static List<Cli> byTwo(String... command) throws Exception {
        CompletableFuture<Cli> ann = CompletableFuture.supplyAsync(() -> run(command));
        CompletableFuture<Cli> bob = CompletableFuture.supplyAsync(() -> run(command));
        return List.of(ann.get(), bob.get());
    }

    @Test
    void anAbortByTwoAfterAnotherWorkerTookOverEndsItOnce() throws Exception {
        assertThat(run("abort", SYMBOL, "--reason", "too early").exitCode()).isEqualTo(ExitCodes.REFUSED);
        ok("recover", SYMBOL, "--postpone");
        LiveStack other = live(Map.of());
        stack.close();
        stack = other;

        List<Cli> both = byTwo("abort", SYMBOL, "--reason", "enough");

        assertThat(both).extracting(Cli::exitCode).contains(ExitCodes.OK);
        for (Cli each : both) { // the later one may find it over
            if (each.exitCode() == ExitCodes.OK) {
                assertThat(each.out()).startsWith(SYMBOL + " rolled back").contains("Aborted");
            } else {
                assertThat(each.exitCode()).as(each.err()).isEqualTo(ExitCodes.REFUSED);
            }
        }
    }

    @Test
    void whatExpiresMeanwhileIsStagedAnew() throws Exception {
        String before = generation();
        ok("recover", SYMBOL, "--postpone");
        redis.del("reanchor:" + SYMBOL, "ob:new:" + SYMBOL);

        JsonNode status = json(ok("status", SYMBOL, "-o", "json"));
        while (status.path("round").asInt() < 2
                || !status.path("stage").asText().equals("AWAITING_APPROVAL")) {
            assertThat(status.path("result").isNull()).as(status.toString()).isTrue();
            status = json(ok("status", SYMBOL, "-o", "json"));
        }

        assertThat(generation()).isEqualTo(before);
        assertThat(ok("abort", SYMBOL, "--reason", "seen enough").out()).startsWith(SYMBOL + " rolled back");
        assertThat(redis.keys("*new*")).isEmpty();
        assertThat(redis.exists("reanchor:" + SYMBOL)).isFalse();
    }

    @Test
    void aCutOverIsRevertedOnceAndTheWriterGoesOn() throws Exception {
        ok("recover", SYMBOL);
        String undone = generation();

        JsonNode plan = json(ok("revert", SYMBOL, "--dry-run", "-o", "json"));
        assertThat(plan.at("/revert/carried").asBoolean()).as(plan.toString()).isTrue();
        assertThat(generation()).isEqualTo(undone);
        Cli reverted = ok("revert", SYMBOL, "--reason", "rehearsal");

        assertThat(reverted.out()).contains("  undoes   generation " + undone);
        assertThat(redis.hget("meta:" + SYMBOL, "kind")).isEqualTo("revert");
        Cli twice = run("revert", SYMBOL);
        assertThat(twice.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(twice.out()).contains("is a revert itself");
        awaitWhole();
        ok("recover", SYMBOL);
        assertThat(redis.hget("meta:" + SYMBOL, "kind")).isEqualTo("recovery");
    }

    /** The gap comes back with the old state: refused, then done with recoveries paused, then recovered by itself. */
    @Test
    void aRevertThatOpensAGapIsToldPausedAndHealed() throws Exception {
        String before = generation();
        Objects.requireNonNull(exchange).dropDepth(SYMBOL, 5);
        while (generation().equals(before)) {
            Thread.onSpinWait(); // the detector reports it, a recovery follows
        }
        awaitWhole();

        Cli refused = run("revert", SYMBOL);
        while (refused.err().contains("goes on")) { // the recovery that the detector began is ending
            refused = run("revert", SYMBOL);
        }
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.out()).contains("NotCarried", "--pause-recoveries");

        ok("revert", SYMBOL, "--pause-recoveries", "90s");
        assertThat(redis.hget("meta:" + SYMBOL, "kind")).isEqualTo("revert");
        Cli paused = run("recover", SYMBOL, "--no-wait");
        assertThat(paused.exitCode()).as(paused.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(paused.err()).contains("paused until");
        assertThat(ok("resume", SYMBOL, "-o", "json").out().strip()).isEqualTo("{\"symbol\":\"BTCUSDT\"}");

        while (!redis.hget("meta:" + SYMBOL, "kind").equals("recovery")) {
            Thread.onSpinWait(); // nobody but the revert itself begins it
        }
        awaitWhole();
    }
}
