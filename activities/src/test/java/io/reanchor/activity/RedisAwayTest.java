package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.reanchor.market.check.CheckSettings;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.ValidationReport;
import io.temporal.client.WorkflowStub;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/** Redis is killed in the midst of a recovery, is away for longer than the attempts of a call, and comes back. */
class RedisAwayTest {
    private static final OperationPolicy PATIENT =
            new OperationPolicy(Duration.ofMinutes(1), 3, Duration.ofSeconds(30));

    /** On a real Temporal server: the in-process one gets stuck when a lane ends just as it is cancelled. Without a file what is staged, the flag, and what was live are lost: then all is staged anew, but for a cut-over that was tried. */
    @ParameterizedTest(name = "at {0}, with AOF: {1}")
    @CsvSource({"stageTrades, true", "stageTrades, false", "validate, true", "validate, false", "swap, true"})
    void theRecoveryGoesOnWhenItIsBack(String step, boolean aof) throws Exception {
        try (RedisServer redis = RedisServer.start("--appendonly", aof ? "yes" : "no", "--appendfsync", "always");
                SimulatedExchange exchange = SimulatedExchange.start(new SyntheticMarket(
                        3, RealParts.SYMBOL, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z")));
                TemporalDevServer temporal = TemporalDevServer.startOrSkip(TestAbortedException::new);
                RealParts parts = RealParts.on(temporal.address(), "default", redis, 0, exchange)) {
            exchange.step(Duration.ofSeconds(10));
            parts.startWorker(PATIENT, parts.activities());
            String first = generation(RealParts.end(parts.start(FeedGap.UNKNOWN)));
            parts.stopWorkers();

            parts.startWorker(PATIENT, once(step, redis::kill, parts.activities()));
            WorkflowStub run = parts.start(FeedGap.UNKNOWN);
            Await.until(
                    "it waits for Redis",
                    () -> run.query("status", ReanchorStatus.class).detail().contains("again in"));
            redis.restart();
            ReanchorResult result = RealParts.end(run);

            assertThat(first).startsWith("1-");
            assertThat(generation(result)).startsWith(aof ? "2-" : "1-");
            assertThat(parts.keys.generations()).containsExactly(generation(result));
            assertThat(parts.keys.stagedKeys()).isEmpty();
            assertThat(parts.keys.flagged()).isFalse();
            assertThat(parts.keys.notLasting()).isEmpty();
        }
    }

    /** The workflow knows the check by its name. */
    @Test
    void theCheckOnAgeIsCalledFresh() {
        CheckSettings.Setting unchanged = new CheckSettings.Setting(null, null);

        assertThatCode(() -> CheckSettings.of(true, Map.of(ValidationReport.FRESH, unchanged)))
                .as("an unknown name is refused")
                .doesNotThrowAnyException();
    }

    private static String generation(ReanchorResult result) {
        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        return Objects.requireNonNull(result.receipt()).generation();
    }

    private static ReanchorActivities once(String step, Runnable disaster, ReanchorActivities real) {
        AtomicBoolean done = new AtomicBoolean();
        return (ReanchorActivities) Proxy.newProxyInstance(
                ReanchorActivities.class.getClassLoader(),
                new Class<?>[] {ReanchorActivities.class},
                (proxy, method, args) -> {
                    if (method.getName().equals(step) && done.compareAndSet(false, true)) {
                        disaster.run();
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
