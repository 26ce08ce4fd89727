package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.redis.LiveIds;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReportReceipt;
import io.temporal.client.WorkflowStub;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A gap that is reported while a recovery runs, on real parts: nobody takes it for covered unless the live id has reached it. */
class LateReportsTest {
    private static final OperationPolicy POLICY = new OperationPolicy(Duration.ofMinutes(1), 3, Duration.ofSeconds(30));

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private RedisServer redis;
    private SimulatedExchange exchange;
    private RealParts parts;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        exchange = SimulatedExchange.start(new SyntheticMarket(
                3, RealParts.SYMBOL, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z")));
        exchange.step(Duration.ofSeconds(10));
        parts = RealParts.inProcess(redis, 0, exchange);
    }

    @AfterEach
    void stop() throws Exception {
        mayGoOn.countDown();
        parts.close();
        exchange.close();
        redis.close();
    }

    /** The cut-over has happened, and the run hasn't ended: what is reported now wasn't looked at by anybody. */
    @Test
    void aGapReportedBetweenTheCutOverAndTheRunsEndGetsAnotherRound() throws Exception {
        parts.startWorker(POLICY, haltingAtSwap(true));
        WorkflowStub run = parts.start(gap());
        awaitSwap();
        exchange.step(Duration.ofSeconds(2));
        FeedGap later = gap();

        assertThat(report(run, later).joined()).isTrue();
        mayGoOn.countDown();

        assertThat(committed(run)).isGreaterThanOrEqualTo(reported(later));
        assertThat(RealParts.end(run).earlier()).hasSize(1);
    }

    /** What is staged covers it, but it never goes live: who joined is told, and reports again. */
    @Test
    void aReportCoveredByWhatIsStagedIsNotForgottenWhenTheCutOverFails() throws Exception {
        parts.startWorker(POLICY, parts.activities());
        long live = committed(parts.start(gap()));
        parts.stopWorkers();
        exchange.step(Duration.ofSeconds(2));
        parts.startWorker(POLICY, haltingAtSwap(false));
        FeedGap gap = gap();
        WorkflowStub run = parts.start(gap);
        awaitSwap();

        assertThat(report(run, gap).joined()).as("staged covers it").isTrue();
        moveLiveTo(reported(gap) + 1);
        mayGoOn.countDown();

        ReanchorResult result = RealParts.end(run);
        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.LIVE_MOVED);
        moveLiveTo(live); // it wasn't ours
        assertThat(committed(parts.start(gap))).isGreaterThanOrEqualTo(reported(gap));
    }

    private void moveLiveTo(long id) {
        try (Jedis jedis = new Jedis(redis.host(), redis.port())) {
            jedis.hset("ob:" + RealParts.SYMBOL, "lastUpdateId", Long.toString(id));
        }
    }

    private FeedGap gap() {
        return new FeedGap(null, exchange.market(RealParts.SYMBOL).updateId(), null, null, null);
    }

    private static long reported(FeedGap gap) {
        return Objects.requireNonNull(gap.lastUpdateId());
    }

    private static ReportReceipt report(WorkflowStub run, FeedGap gap) {
        return run.update("report", ReportReceipt.class, request(gap));
    }

    private static ReanchorRequest request(FeedGap gap) {
        return new ReanchorRequest(RealParts.SYMBOL, gap, "reported late", "test", "late");
    }

    /** @return the live update id afterwards */
    private long committed(WorkflowStub run) {
        ReanchorResult result = RealParts.end(run);
        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        LiveIds live = parts.state.liveIds(RealParts.SYMBOL);
        return Objects.requireNonNull(live.lastUpdateId());
    }

    private void awaitSwap() throws InterruptedException {
        assertThat(reached.await(60, TimeUnit.SECONDS))
                .as("came to the cut-over")
                .isTrue();
    }

    /** The real steps, but that the cut-over waits, before or after it. */
    private ReanchorActivities haltingAtSwap(boolean after) {
        ReanchorActivities real = parts.activities();
        return (ReanchorActivities) Proxy.newProxyInstance(
                ReanchorActivities.class.getClassLoader(),
                new Class<?>[] {ReanchorActivities.class},
                (proxy, method, args) -> {
                    boolean swap = method.getName().equals("swap");
                    if (swap && !after) {
                        reached.countDown();
                        mayGoOn.await();
                    }
                    try {
                        Object result = method.invoke(real, args);
                        if (swap && after) {
                            reached.countDown();
                            mayGoOn.await();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
