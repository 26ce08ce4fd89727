package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.StatsReporter;
import com.uber.m3.util.Duration;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Too few replicas: told in result, status and metric; never a reason to do it again. */
class ShortfallTest {
    private final Map<String, Long> counters = new ConcurrentHashMap<>();

    /** Keeps the counters; Temporal's own are among them. */
    private StatsReporter reporter() {
        return (StatsReporter) Proxy.newProxyInstance(
                StatsReporter.class.getClassLoader(), new Class<?>[] {StatsReporter.class}, (proxy, method, args) -> {
                    if (method.getName().equals("reportCounter")) {
                        Object outcome = ((Map<?, ?>) args[1]).get("outcome");
                        counters.merge(args[0] + " " + outcome, (Long) args[2], Long::sum);
                    }
                    return null;
                });
    }

    private SagaRig rig() {
        return new SagaRig(
                OperationPolicy.DEFAULT,
                TestEnvironmentOptions.newBuilder()
                        .setMetricsScope(
                                new RootScopeBuilder().reporter(reporter()).reportEvery(Duration.ofMillis(10)))
                        .build());
    }

    private long counted(String outcome) throws InterruptedException {
        String name = Shortfall.METRIC + " " + outcome;
        for (int i = 0; i < 500 && !counters.containsKey(name); i++) {
            Thread.sleep(10); // it is reported every so often
        }
        return counters.getOrDefault(name, 0L);
    }

    @Test
    void ofACutOver() throws Exception {
        try (SagaRig rig = rig()) {
            rig.steps.replication = new Replication(2, 1, null);

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(result.noticed())
                    .singleElement()
                    .asString()
                    .contains("the cut-over is done", "2 replicas were asked for", "it was on 1");
            assertThat(SagaRig.status(run).noticed()).isEqualTo(result.noticed());
            assertThat(StatusText.markdown(SagaRig.status(run))).contains("**Noticed**: the cut-over is done");
            assertThat(rig.steps.calls("Swap")).hasSize(1);
            assertThat(counted("committed")).isOne();
            rig.replay(run);
            assertThat(counted("committed")).as("a replay counts nothing").isOne();
        }
    }

    @Test
    void ofARollBack() throws Exception {
        try (SagaRig rig = rig()) {
            rig.steps.replication = new Replication(1, null, "Connection reset");
            rig.steps.before("Validate", FakeActivities.failing(FailureTypes.REDIS_REFUSED, false));

            ReanchorResult result = rig.recover();

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(result.noticed())
                    .singleElement()
                    .asString()
                    .contains("the roll-back is done", "isn't known (Connection reset)");
            assertThat(counted("rolled_back")).isOne();
        }
    }

    @Test
    void noneIsNotTold() {
        try (SagaRig rig = rig()) {
            rig.steps.replication = new Replication(1, 1, null);

            assertThat(rig.recover().noticed()).isEmpty();
            assertThat(counters.keySet()).noneMatch(name -> name.startsWith(Shortfall.METRIC));
        }
    }

    @Test
    void whatRaisingTheFlagNoticedIsInResultAndStatus() {
        try (SagaRig rig = rig()) {
            rig.steps.noticed = List.of("7-x is gone");

            WorkflowStub run = rig.start();

            assertThat(rig.result(run).noticed()).containsExactly("7-x is gone");
            assertThat(SagaRig.status(run).noticed()).containsExactly("7-x is gone");
        }
    }
}
