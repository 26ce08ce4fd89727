package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.SwapReceipt;
import io.temporal.client.WorkflowStub;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Every step meets every fault, before and after its effect. Each ends rolled back, with the live keys as they were and nothing
 * left behind, or committed with a receipt; and attempts that wake up afterwards change neither.
 */
@Execution(ExecutionMode.CONCURRENT)
class SagaOnRealPartsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final OperationPolicy UNHURRIED = new OperationPolicy(Duration.ofMinutes(2), 3, LONG);
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final AtomicInteger NEXT_CELL = new AtomicInteger();

    private static RedisServer redis;
    private static SimulatedExchange exchange;
    private static @Nullable TemporalDevServer realServer;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start("--databases", "200");
        exchange = SimulatedExchange.start(
                List.of(new SyntheticMarket(
                        7, RealParts.SYMBOL, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z"))),
                0,
                0,
                RealParts.WEIGHT);
        exchange.step(Duration.ofSeconds(20));
        // Once alone: eight at once in a JVM that is cold take seconds for what takes a tenth of one.
        try (RealParts parts = RealParts.inProcess(redis, NEXT_CELL.getAndIncrement(), exchange)) {
            parts.startWorker(UNHURRIED, parts.activities());
            committed(RealParts.end(parts.start(FeedGap.UNKNOWN)));
        }
    }

    @AfterAll
    static void stop() {
        if (realServer != null) {
            realServer.close();
        }
        exchange.close();
        redis.close();
    }

    static List<Arguments> cells() {
        List<Arguments> cells = new ArrayList<>();
        for (String step :
                List.of("raiseFlag", "stageSnapshot", "stageTrades", "buildFeatures", "validate", "swap", "settle")) {
            for (StepFault fault : StepFault.values()) {
                cells.add(Arguments.of(step, fault));
            }
        }
        return cells;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cells")
    @Execution(ExecutionMode.CONCURRENT)
    void endsCommittedOrUntouched(String step, StepFault fault) throws Exception {
        int cell = NEXT_CELL.getAndIncrement();
        boolean crash = fault == StepFault.CRASHES_BEFORE || fault == StepFault.CRASHES_AFTER;
        try (RealParts parts = crash
                ? RealParts.on(realServer().address(), "cell-" + cell, redis, cell, exchange)
                : RealParts.inProcess(redis, cell, exchange)) {
            endsCommittedOrUntouched(parts, step, fault);
        }
    }

    /** For crashes: the in-process server goes on giving tasks to polls of a worker that is gone. */
    private static synchronized TemporalDevServer realServer() {
        if (realServer == null) {
            String[] namespaces = IntStream.rangeClosed(0, cells().size())
                    .mapToObj(cell -> Stream.of("--namespace", "cell-" + cell))
                    .flatMap(Function.identity())
                    .toArray(String[]::new);
            realServer = TemporalDevServer.startOrSkip(TestAbortedException::new, namespaces);
        }
        return realServer;
    }

    private static void endsCommittedOrUntouched(RealParts parts, String step, StepFault fault) {
        // A deadline ends neither the swap nor settling.
        boolean deadlineEndsIt = (fault == StepFault.HANGS_BEFORE || fault == StepFault.HANGS_AFTER)
                && !step.equals("swap")
                && !step.equals("settle");
        OperationPolicy policy = new OperationPolicy(deadlineEndsIt ? SHORT : LONG, 3, Duration.ofSeconds(3));
        parts.startWorker(UNHURRIED, parts.activities());
        SwapReceipt before = committed(RealParts.end(parts.start(FeedGap.UNKNOWN)));
        Map<String, String> live = parts.keys.dump();
        parts.stopWorkers();

        CompletableFuture<WorkflowStub> started = new CompletableFuture<>();
        Runnable cancelOrCrash = () -> {
            if (fault == StepFault.CRASHES_BEFORE || fault == StepFault.CRASHES_AFTER) {
                parts.crashWorkers();
                parts.startWorker(policy, parts.activities());
            } else {
                awaitOtherLane(step, started.join());
                started.join().cancel();
            }
        };
        try (FaultySteps steps = new FaultySteps(parts.activities(), step, fault, cancelOrCrash)) {
            parts.startWorker(policy, steps.activities());
            started.complete(parts.start(FeedGap.UNKNOWN));
            ReanchorResult result = RealParts.end(started.join());
            assertThat(steps.attempts()).as("the fault was met").isPositive();
            assertThat(result.outcome()).as("%s", result).isEqualTo(expected(step, fault));
            assertThat(parts.keys.flagged()).as("a flag is left").isFalse();
            assertEnded(parts, result, before, live);

            steps.release();
            assertEnded(parts, result, before, live);
        }
    }

    /** The in-process server stalls when an activity completes in the very moment in which it is cancelled. */
    private static void awaitOtherLane(String step, WorkflowStub run) {
        Await.until("the other lane is done", () -> {
            ReanchorStatus status = run.query("status", ReanchorStatus.class);
            return switch (step) {
                case "stageSnapshot" -> status.bars() != null;
                case "stageTrades" -> status.book() != null;
                default -> true;
            };
        });
    }

    private static Outcome expected(String step, StepFault fault) {
        return switch (step) {
            case "settle" -> Outcome.ROLLED_BACK;
            case "swap" -> {
                boolean again = fault == StepFault.FAILS_ONCE_BEFORE || fault == StepFault.FAILS_ONCE_AFTER;
                yield again || fault.after() ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
            }
            default -> fault.recovers() ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
        };
    }

    private static void assertEnded(
            RealParts parts, ReanchorResult result, SwapReceipt before, Map<String, String> live) {
        assertThat(parts.keys.stagedKeys()).as("staged keys").isEmpty();
        assertThat(parts.keys.notLasting())
                .as("live keys that are missing or have a TTL")
                .isEmpty();
        if (result.outcome() == Outcome.ROLLED_BACK) {
            assertThat(parts.keys.dump()).isEqualTo(live);
        } else {
            SwapReceipt receipt = committed(result);
            assertThat(receipt.replaced()).isEqualTo(before.generation());
            assertThat(parts.keys.generations()).containsExactly(receipt.generation());
        }
    }

    private static SwapReceipt committed(ReanchorResult result) {
        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        return Objects.requireNonNull(result.receipt());
    }
}
