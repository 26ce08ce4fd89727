package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.worker.ReanchorWorker;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.SearchAttributes;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** A worker that is told to set search attributes waits until the namespace knows them, by the command that it names; then recoveries are found by them. */
@Timeout(120)
class SearchAttributesTest {
    private static final String SYMBOL = "BTCUSDT";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration HISTORY = Duration.ofSeconds(60);

    @Test
    void recoveriesAreFoundBySymbolOutcomeReasonAndGeneration() throws Exception {
        SyntheticMarket market = new SyntheticMarket(
                5, SYMBOL, new BigDecimal("61800"), Instant.now().minus(HISTORY));
        try (TemporalDevServer temporal = TemporalDevServer.startOrSkip(TestAbortedException::new);
                RedisServer redis = RedisServer.start();
                SimulatedExchange exchange = SimulatedExchange.start(market)) {
            exchange.step(HISTORY);
            exchange.goLive(1);
            try (ReanchorWorker worker = WorkerInProcess.start(
                            redis.uri(),
                            Duration.ofSeconds(2),
                            temporal.address(),
                            "simulated",
                            exchange.restUri(),
                            0,
                            Map.of("re_anchor.search_attributes", "true"));
                    ReanchorClient client =
                            ReanchorClient.connect(ReanchorClientOptions.DEFAULT.withAddress(temporal.address()))) {
                await(
                        "it is told what is lacking",
                        () -> readiness(worker).contains(SearchAttributes.command("default")));

                run(SearchAttributes.command("default") + " --address " + temporal.address());
                await("ready", () -> readiness(worker).contains("\"worker\":\"polling\""));
                ReanchorResult committed = recover(client, SYMBOL);
                ReanchorResult refused = recover(client, "NOSUCH");

                assertThat(Objects.requireNonNull(refused.failure()).type()).isEqualTo(FailureTypes.UNKNOWN_SYMBOL);
                assertFound(
                        temporal,
                        Map.of(
                                SearchAttributes.SYMBOL,
                                SYMBOL,
                                SearchAttributes.STAGE,
                                "COMMITTED",
                                SearchAttributes.OUTCOME,
                                "COMMITTED",
                                SearchAttributes.GENERATION,
                                Objects.requireNonNull(committed.receipt()).generation()));
                assertFound(
                        temporal,
                        Map.of(
                                SearchAttributes.SYMBOL, "NOSUCH",
                                SearchAttributes.STAGE, "ROLLED_BACK",
                                SearchAttributes.OUTCOME, "ROLLED_BACK",
                                SearchAttributes.REASON, FailureTypes.UNKNOWN_SYMBOL));
            }
        }
    }

    private static ReanchorResult recover(ReanchorClient client, String symbol) throws InterruptedException {
        return client.recover(new ReanchorRequest(symbol, FeedGap.UNKNOWN, "a test", "the tests", null))
                .await(PATIENCE);
    }

    private static String readiness(ReanchorWorker worker) throws Exception {
        HttpRequest question = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/actuator/health".formatted(worker.port())))
                .build();
        return HttpClient.newHttpClient()
                .send(question, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** With the tool that it is the command of. */
    private static void run(String command) throws Exception {
        List<String> words = Arrays.asList(command.split(" "));
        words.set(0, TemporalDevServer.command().orElseThrow().toString());
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(command).isZero();
    }

    /** Visibility lags. */
    private static void assertFound(TemporalDevServer temporal, Map<String, String> attributes) throws Exception {
        String query = attributes.entrySet().stream()
                .map(attribute -> "%s = '%s'".formatted(attribute.getKey(), attribute.getValue()))
                .collect(Collectors.joining(" AND "));
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal.address())
                .build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(stubs);
            await(query, () -> client.listExecutions(query).count() == 1);
        } finally {
            stubs.shutdownNow();
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(50);
        }
    }
}
