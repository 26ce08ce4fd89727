package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.WorkerFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.RedisClient;

/** What {@code doctor} and {@code status} say of Redis and Temporal, both real; the recovery is scripted. */
@Timeout(120)
class DoctorTest {
    private static TemporalDevServer temporal;
    private static WorkflowServiceStubs stubs;
    private static WorkerFactory workers;
    private static RedisServer redis;

    @BeforeAll
    static void startAndCommit() {
        temporal = TemporalDevServer.startOrSkip(TestAbortedException::new);
        redis = RedisServer.start();
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal.address())
                .build());
        workers = WorkerFactory.newInstance(WorkflowClient.newInstance(stubs));
        workers.newWorker(TaskQueues.REANCHOR).registerWorkflowImplementationTypes(ScriptedRecovery.class);
        workers.start();
        assertThat(run("recover", "COMMITS").exitCode()).isEqualTo(ExitCodes.OK);
        // Visibility lags a little.
        for (int i = 0; i < 200 && !run("list").out().contains("COMPLETED"); i++) {
            Thread.onSpinWait();
        }
    }

    @AfterAll
    static void stop() {
        if (workers != null) {
            workers.shutdownNow();
            workers.awaitTermination(5, TimeUnit.SECONDS);
            stubs.shutdownNow();
            redis.close();
            temporal.close();
        }
    }

    private static Cli run(String... args) {
        String[] all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--address";
        all[args.length + 1] = temporal.address();
        return Cli.run(all);
    }

    private static void live(String... generation) {
        try (RedisClient client = RedisClient.create(redis.uri())) {
            client.flushAll();
            if (generation.length == 1) {
                client.hset("meta:COMMITS", "gen", generation[0]);
            }
        }
    }

    @Test
    void theExchangeAndItsClockAreLookedAt() throws Exception {
        live("8-f00d");
        String uri = redis.uri().toString();
        // The command's clock stands in these tests: the exchange's is set to it, and then an hour ahead.
        for (Duration ahead : List.of(Duration.ZERO, Duration.ofHours(1))) {
            try (SimulatedExchange exchange = SimulatedExchange.start(
                    new SyntheticMarket(3, "BTCUSDT", new BigDecimal("61800"), Cli.NOW.plus(ahead)))) {
                Cli doctor = run(
                        "doctor", "--redis", uri, "--rest", exchange.restUri().toString());

                assertThat(doctor.out()).contains("ok    exchange    answers at http://127.0.0.1:");
                if (ahead.isZero()) {
                    assertThat(doctor.exitCode()).as(doctor.out()).isEqualTo(ExitCodes.OK);
                    assertThat(doctor.out()).contains("ok    clock       the exchange's is 0 ms ahead of");
                } else {
                    assertThat(doctor.exitCode()).isEqualTo(ExitCodes.NOT_WELL);
                    assertThat(doctor.out()).contains("FAIL  clock       the exchange's is 3600000 ms ahead of", "NTP");
                }
            }
        }
        Cli gone = run("doctor", "--redis", uri, "--rest", "http://127.0.0.1:1");
        assertThat(gone.exitCode()).isEqualTo(ExitCodes.NOT_WELL);
        assertThat(gone.out()).contains("FAIL  exchange");
    }

    @Test
    void whatIsThereIsWell() {
        live("8-f00d");

        Cli doctor = run("doctor", "COMMITS", "--redis", redis.uri().toString());

        assertThat(doctor.out().lines())
                .hasSize(3)
                .allMatch(line -> line.startsWith("ok "))
                .anyMatch(line -> line.contains("COMMITS") && line.contains("8-f00d"));
        assertThat(doctor.exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void whatIsListedIsListedAsATableAndAsObjects() throws Exception {
        Cli table = run("list", "--limit", "1");
        Cli json = run("list", "-o", "json");
        Cli lines = run("list", "-o", "jsonl");

        assertThat(table.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(table.out().lines())
                .satisfiesExactly(
                        heading -> assertThat(heading).startsWith("SYMBOL "),
                        line -> assertThat(line).startsWith("COMMITS ").contains("COMPLETED"));
        JsonNode first = new ObjectMapper().readTree(json.out()).at("/recoveries/0");
        assertThat(first.get("symbol").asText()).isEqualTo("COMMITS");
        assertThat(new ObjectMapper().readTree(lines.out().lines().findFirst().orElseThrow()))
                .isEqualTo(first);
    }

    @Test
    void aCutOverThatIsGoneIsSaid() throws Exception {
        live();

        Cli doctor =
                run("doctor", "COMMITS", "-o", "json", "--redis", redis.uri().toString());
        Cli status = run("status", "COMMITS", "--redis", redis.uri().toString());
        Cli json = run("status", "COMMITS", "-o", "json", "--redis", redis.uri().toString());

        assertThat(doctor.exitCode()).isEqualTo(ExitCodes.NOT_WELL);
        JsonNode finding = new ObjectMapper().readTree(doctor.out()).at("/findings/2");
        assertThat(finding.at("/ok").asBoolean()).isFalse();
        assertThat(finding.at("/text").asText()).contains("LOST", "8-f00d", "meta:COMMITS", "reanchor recover COMMITS");
        assertThat(status.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(status.out()).contains("  redis    LOST: the cut-over to generation 8-f00d");
        assertThat(new ObjectMapper()
                        .readTree(json.out())
                        .at("/lastCutOver/verdict")
                        .asText())
                .isEqualTo("LOST");
    }

    @Test
    void whatCantBeLookedAtIsSaidPlainly() {
        Cli nowhere = run("doctor", "COMMITS");
        Cli down = run("doctor", "COMMITS", "--redis", "redis://127.0.0.1:1");
        Cli never = run("doctor", "NEVER", "--redis", redis.uri().toString());

        assertThat(nowhere.exitCode()).isEqualTo(ExitCodes.NOT_WELL);
        assertThat(nowhere.out()).contains("nobody said where it is", "wasn't compared with Redis");
        assertThat(down.exitCode()).isEqualTo(ExitCodes.NOT_WELL);
        assertThat(down.out()).contains("127.0.0.1:1", "couldn't be compared");
        assertThat(never.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(never.out()).contains("keeps no committed recovery of NEVER");
    }

    @Test
    void whatCantBeUsedIsRefused() {
        assertThat(run("doctor", "not a symbol").exitCode()).isEqualTo(ExitCodes.USAGE);
        Cli cli = run("doctor", "--redis", "http://127.0.0.1");
        assertThat(cli.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(cli.err()).contains("--redis");
    }

    @Test
    void temporalThatIsAwayIsSaid() {
        Cli cli = Cli.run(
                "doctor", "--address", "127.0.0.1:1", "--redis", redis.uri().toString());

        assertThat(cli.exitCode()).isEqualTo(ExitCodes.NOT_WELL);
        assertThat(cli.out()).contains("ok    redis", "FAIL  temporal");
    }
}
