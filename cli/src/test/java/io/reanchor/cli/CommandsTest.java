package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.temporal.worker.WorkerFactory;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands against a Temporal server on a port and a worker with scripted recoveries. */
@Timeout(60)
class CommandsTest {
    private static TestServer.PortBoundTestServer server;
    private static WorkflowServiceStubs stubs;
    private static WorkerFactory workers;
    private static String address;

    @BeforeAll
    static void startServerAndWorker() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        address = "127.0.0.1:" + port;
        server = TestServer.createPortBoundServer(port);
        stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
        workers = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
        workers.newWorker(TaskQueues.REANCHOR).registerWorkflowImplementationTypes(ScriptedRecovery.class);
        workers.start();
    }

    @AfterAll
    static void stop() {
        workers.shutdownNow();
        workers.awaitTermination(5, TimeUnit.SECONDS);
        stubs.shutdownNow();
        server.close();
    }

    @Test
    void aCommittedRecoveryIsToldInFull() {
        Cli cli = Cli.run("recover", "COMMITS", "--updates", "50093239200..50093239220", "--address", address);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(cli.out()).isEqualToNormalizingNewlines("""
                        COMMITS committed: generation 8-f00d is live (replaced 7-cafe; 2 transactions tried)
                          covered  the book to update id 50093239224, the bars to trade id 3735683805
                          behind   4 ms behind the feed at the swap; then followed to update id 50093239230, trade id 3735683806
                          lost     updates 50093239219..50093239221, trades none: no source and no journal has them
                          partial  bars [2024-08-08T12:00:00Z]
                          trusted  the book from 61000 to 62000
                          warming  ofi, vpin
                          noticed  an earlier cut-over is gone
                          replicas 1 of 2 asked for
                          book     1000 bids, 998 asks, best 61837.63 x 1.2 and 61837.64 x 0.5, update id 50093239224, from binance
                          bars     60 rebuilt since 2024-08-08T11:59:00Z from 547 trades, 240 carried over, 1 partial, from binance
                          checks   1 passed, 0 failed, 1 warned
                          live then update id 50093239218, best bid 61837.5 x 2, best ask 61837.6 x 1
                          warning  FRESH expected at most 2000 ms old, found 2150 ms
                          stages   started 40 ms, staging 800 ms, swapping 400 ms; in all 1.24 s
                        """);
    }

    @Test
    void aWatchedRecoveryIsToldAsItGoesAndHowItEnded() throws Exception {
        assertThat(Cli.run("recover", "WAITS", "--no-wait", "--address", address)
                        .exitCode())
                .isEqualTo(ExitCodes.OK);
        var watched = CompletableFuture.supplyAsync(() -> Cli.run("watch", "WAITS", "--address", address));
        var json = CompletableFuture.supplyAsync(() -> Cli.run("watch", "WAITS", "-o", "jsonl", "--address", address));
        Cli late = Cli.run("watch", "WAITS", "--timeout", "300ms", "--address", address);
        assertThat(late.exitCode()).isEqualTo(ExitCodes.UNKNOWN);
        assertThat(late.out()).startsWith("WAITS staging");
        assertThat(late.err()).contains("hasn't ended within 300 ms; it goes on");

        Cli aborted = Cli.run("abort", "WAITS", "--reason", "enough", "-o", "json", "--address", address);

        assertThat(aborted.exitCode()).as(aborted.err()).isEqualTo(ExitCodes.OK);
        assertThat(new ObjectMapper().readTree(aborted.out()).get("outcome").asText())
                .isEqualTo("ROLLED_BACK");
        Cli text = watched.get(30, TimeUnit.SECONDS);
        assertThat(text.exitCode()).as(text.err()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(text.out()).contains("WAITS rolled back: the live keys are what they were");
        Cli lines = json.get(30, TimeUnit.SECONDS);
        assertThat(lines.exitCode()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(lines.out().lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(
                                new ObjectMapper().readTree(line).get("symbol").asText())
                        .isEqualTo("WAITS"));
        assertThat(Cli.run("watch", "NEVERWAS", "--address", address).exitCode())
                .isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void whoWantsNoOutputGetsTheExitCodeAlone() {
        Cli committed = Cli.run("recover", "COMMITS", "-o", "none", "--address", address);
        assertThat(committed).isEqualTo(new Cli(ExitCodes.OK, "", ""));
        Cli refused = Cli.run("recover", "ROLLSBACK", "--output=none", "--address", address);
        assertThat(refused).isEqualTo(new Cli(ExitCodes.ROLLED_BACK, "", ""));
    }

    @Test
    void aRollBackIsAResultWithAnExitCodeOfItsOwn() {
        Cli cli = Cli.run("recover", "ROLLSBACK", "--address", address);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(cli.out()).isEqualToNormalizingNewlines("""
                        ROLLSBACK rolled back: the live keys are what they were
                          because  CheckFailed while validating: ROLLSBACK: UNCROSSED failed; look at the exchange
                          again    the same request may succeed later
                          book     1000 bids, 998 asks, best 61837.63 x 1.2 and 61837.64 x 0.5, update id 50093239224, from binance
                          checks   0 passed, 1 failed, 0 warned
                          failed   UNCROSSED expected bid < ask, found 61837.70 >= 61837.64
                          stages   staging 1 min 1 s; in all 1 min 1 s
                          undone   dropped ob:new:ROLLSBACK
                          undone   deleted the flag
                        """);
    }

    @Test
    void aPostponedRecoveryIsComparedAndApproved() throws IOException {
        Cli postponed = Cli.run("recover", "APPROVED", "--postpone", "--approve-within", "5m", "--address", address);
        assertThat(postponed.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(postponed.out()).startsWith("APPROVED awaiting approval");

        Cli diff = Cli.run("diff", "APPROVED", "--address", address);
        assertThat(diff.err()).isEmpty();
        assertThat(diff.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(diff.out()).isEqualToNormalizingNewlines("""
                        APPROVED live and staged differ
                          live     update id 50093239200, best 61837.60 x 1 and 61837.70 x 2, trade id 3735683700
                          staged   update id 50093239224, best 61837.63 x 1.2 and 61837.64 x 0.5, trade id 3735683805
                          levels   11 of 2012 differ
                                   a:61837.64: live none, staged 0.5
                                   a:61837.70: live 2, staged none
                                   and 9 more
                          bars 1s  0 of 300 differ
                          bars 5s  0 of 60 differ
                          features 1 of 18 differ
                                   rsi: live 50.1, staged 51.3
                        """);
        Cli json = Cli.run("diff", "APPROVED", "-o", "json", "--address", address);
        assertThat(new ObjectMapper().readTree(json.out()).at("/levels/differ").asLong())
                .isEqualTo(11);

        Cli approved = Cli.run("approve", "APPROVED", "--address", address);
        assertThat(approved.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(approved.out()).startsWith("APPROVED committed: generation 8-f00d is live");

        Cli late = Cli.run("approve", "APPROVED", "--address", address);
        assertThat(late.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(late.err()).contains("has ended (COMPLETED): nothing to approve");
    }

    @Test
    void whoApprovedWhatCouldNotGoLiveIsToldToApproveAgain() {
        Cli.run("recover", "ANEW", "--postpone", "--address", address);

        Cli first = Cli.run("approve", "ANEW", "--address", address);
        assertThat(first.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(first.err()).contains("couldn't go live", "waits again", "'reanchor approve ANEW'");
        assertThat(Cli.run("approve", "ANEW", "--address", address).exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void anApprovalThatComesTooEarlyIsRefused() {
        Cli.run("recover", "TOOEARLY", "--no-wait", "--address", address);

        Cli early = Cli.run("approve", "TOOEARLY", "--address", address);

        assertThat(early.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(early.err()).contains("too early to approve");
        Cli.run("abort", "TOOEARLY", "--reason", "test", "--address", address);
    }

    @Test
    void whatCannotBeAskedIsRefusedBeforeAnythingIsConnectedTo() {
        assertThat(Cli.run("recover", "COMMITS", "--dry-run", "--postpone").err())
                .contains("give one of them");
        assertThat(Cli.run("recover", "COMMITS", "--approve-within", "5m").exitCode())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(Cli.run("recover", "A", "B", "--dry-run").err()).contains("expected one SYMBOL");
        assertThat(Cli.run("revert", "COMMITS", "--generation", "seven").err())
                .contains("generation: expected <n>-<token>");
        assertThat(Cli.run("revert", "COMMITS", "--pause-recoveries", "48h").exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void nothingThatEndedIsResumedOrCompared() {
        Cli.run("recover", "COMMITS", "--address", address);

        assertThat(Cli.run("resume", "COMMITS", "--address", address).exitCode())
                .isEqualTo(ExitCodes.REFUSED);
        assertThat(Cli.run("diff", "COMMITS", "--address", address).exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(Cli.run("diff", "NOSUCH", "--address", address).exitCode()).isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void jsonIsOneObjectOfTheRecords() throws IOException {
        Cli cli = Cli.run("recover", "COMMITS", "-o", "json", "--address", address);

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(cli.out().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(cli.out());
        assertThat(json.path("outcome").asText()).isEqualTo("COMMITTED");
        assertThat(json.at("/receipt/lastUpdateId").asLong()).isEqualTo(50093239224L);
        assertThat(json.at("/receipt/at").asText()).isEqualTo("2024-08-08T12:00:00.900Z");
        assertThat(json.at("/timeline/1/stage").asText()).isEqualTo("STAGING");
        assertThat(json.at("/validation/checks/1/passed").isBoolean()).isTrue();
        assertThat(json.path("failure").isNull()).isTrue();
    }

    @Test
    void aRollBackIsJsonToo() throws IOException {
        Cli cli = Cli.run("recover", "ROLLSBACK", "-o", "json", "--address", address);

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(new ObjectMapper().readTree(cli.out()).at("/failure/type").asText())
                .isEqualTo("CheckFailed");
    }

    @Test
    void aStepThatRefusedTheRequestIsARollBackToo() {
        Cli cli = Cli.run("recover", "BADSTEP", "--address", address);

        assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCodes.ROLLED_BACK);
        assertThat(cli.out()).startsWith("BADSTEP rolled back");
    }

    @Test
    void aSupersededOutcomeIsNeitherSuccessNorFailure() {
        Cli cli = Cli.run("recover", "SUPERSEDED", "--address", address);

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.UNKNOWN);
        assertThat(cli.out()).startsWith("SUPERSEDED superseded: later recoveries overwrote");
    }

    @Test
    void aRefusedReportIsOneLine() {
        Cli cli = Cli.run("recover", "REFUSES", "--address", address);

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).singleElement().asString().contains("REFUSES takes no report");
    }

    /** One recovery from its start to its abort: joined, looked at, given up on, aborted, looked at again. */
    @Test
    void aRunningRecoveryIsFollowedAndAborted() throws IOException {
        Cli started = Cli.run("recover", "WAITS", "--no-wait", "--trades", "10..20", "--address", address);
        assertThat(started.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(started.out()).startsWith("WAITS started run ").contains("'reanchor status WAITS'");

        Cli joined = Cli.run("recover", "WAITS", "--no-wait", "-o", "json", "--address", address);
        JsonNode json = new ObjectMapper().readTree(joined.out());
        assertThat(json.path("joined").asBoolean()).isTrue();
        assertThat(json.path("workflowId").asText()).isEqualTo("reanchor-WAITS");
        assertThat(started.out()).contains(json.path("runId").asText());

        Cli status = Cli.run("status", "WAITS", "--address", address);
        assertThat(status.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(status.out()).isEqualToNormalizingNewlines("""
                        WAITS staging
                          now      fetching a snapshot that covers the gap
                          started  2024-08-08T12:00:00Z, 10 min 0 s ago; past its deadline
                          gap      trades 10..20
                          stages   started 40 ms, staging 9 min 59 s; in all 10 min 0 s
                          redis    the last committed result wasn't compared with Redis: give --redis URI, or REDIS_URI
                        """);

        Cli impatient = Cli.run("recover", "WAITS", "--timeout", "700ms", "--address", address);
        assertThat(impatient.exitCode()).isEqualTo(ExitCodes.UNKNOWN);
        assertThat(impatient.out()).isEmpty();
        assertThat(impatient.err().lines())
                .singleElement()
                .asString()
                .contains("hasn't ended within 700 ms; it goes on");

        Cli watched = Cli.watched("recover", "WAITS", "--timeout", "2s", "--address", address);
        assertThat(watched.err()).contains("\r\033[KWAITS staging ").contains("fetching a snapshot");

        Cli abort = Cli.run("abort", "WAITS", "--reason", "enough", "--address", address);
        assertThat(abort.err()).isEmpty();
        assertThat(abort.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(abort.out()).startsWith("WAITS rolled back: the live keys are what they were");

        Cli after = Cli.run("status", "WAITS", "-o", "json", "--address", address);
        assertThat(new ObjectMapper()
                        .readTree(after.out())
                        .at("/result/outcome")
                        .asText())
                .isEqualTo("ROLLED_BACK");

        Cli tooLate = Cli.run("abort", "WAITS", "--reason", "again", "--address", address);
        assertThat(tooLate.exitCode()).isEqualTo(ExitCodes.REFUSED);
    }

    @Test
    void anAbortDuringTheSwapIsRefused() {
        Cli.run("recover", "SWAPPING", "--no-wait", "--address", address);

        Cli cli = Cli.run("abort", "SWAPPING", "--reason", "too late", "--address", address);

        assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).singleElement().asString().contains("can't be aborted while swapping");
    }

    @Test
    void aSymbolWithoutARecoveryIsNotFound() {
        for (String[] args : new String[][] {{"status", "NEVER"}, {"abort", "NEVER", "--reason", "x"}}) {
            Cli cli = Cli.run(with(args, "--address", address));
            assertThat(cli.exitCode()).as(cli.err()).isEqualTo(ExitCodes.NOT_FOUND);
            assertThat(cli.err().lines()).singleElement().asString().contains("NEVER");
        }
    }

    @Test
    void theInProcessServerCannotList() {
        Cli cli = Cli.run("list", "--address", address);

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(cli.err().lines()).singleElement().asString().contains("use a real server");
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        Cli cli = Cli.run("recover", "BTCUSDT", "--timeout", "1s", "--address", "127.0.0.1:" + closed);

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err().lines()).singleElement().asString().contains("127.0.0.1:" + closed, "TEMPORAL_ADDRESS");
    }

    private static String[] with(String[] args, String... more) {
        return java.util.stream.Stream.of(args, more)
                .flatMap(java.util.stream.Stream::of)
                .toArray(String[]::new);
    }
}
