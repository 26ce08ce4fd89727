package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.workflow.ManyResult.End;
import io.reanchor.workflow.ManyResult.Line;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many symbols in one call, on the in-process server; the recoveries themselves are scripted. */
class RecoverManyWorkflowTest {
    private static final Instant ENDED = Instant.parse("2024-08-08T12:10:00Z");

    private final Scripted steps = new Scripted();
    private final TestWorkflowEnvironment temporal = TestWorkflowEnvironment.newInstance();

    RecoverManyWorkflowTest() {
        Worker worker = temporal.newWorker(TaskQueues.REANCHOR);
        worker.registerWorkflowImplementationTypes(RecoverManyWorkflowImpl.class);
        worker.registerActivitiesImplementations(steps);
        temporal.start();
    }

    @AfterEach
    void stop() {
        temporal.close();
    }

    /** Each goes on for a few looks, and ends as the script says: committed, unless it says otherwise. */
    private static final class Scripted implements ManyActivities {
        private final Map<String, Integer> looks = new ConcurrentHashMap<>();
        private final Map<String, End> ends = new ConcurrentHashMap<>();
        private final Map<String, Integer> failures = new ConcurrentHashMap<>();
        private final Set<String> refused = new HashSet<>();
        private final List<Integer> batches = new ArrayList<>();
        private final List<String> started = new ArrayList<>();
        private final List<String> aborted = new ArrayList<>();
        private final CountDownLatch looked = new CountDownLatch(1);
        private volatile boolean endless;

        @Override
        public List<String> liveSymbols() {
            return List.of("ALIVEUSDT", "S0");
        }

        @Override
        public synchronized List<Started> start(List<ReanchorRequest> recoveries) {
            batches.add(recoveries.size());
            return recoveries.stream().map(request -> start(request.symbol())).toList();
        }

        private Started start(String symbol) {
            if (refused.contains(symbol)) {
                return new Started(symbol, null, "BadRequest: no such symbol", false);
            }
            if (failures.merge(symbol, -1, Integer::sum) >= 0) {
                return new Started(symbol, null, "NoAnswer: nobody there", true);
            }
            started.add(symbol);
            return new Started(symbol, "run-" + symbol, null, false);
        }

        @Override
        public List<Standing> look(List<Open> recoveries) {
            looked.countDown();
            return recoveries.stream().map(this::look).toList();
        }

        private synchronized Standing look(Open open) {
            assertThat(open.runId()).isEqualTo("run-" + open.symbol());
            boolean over =
                    aborted.contains(open.symbol()) || !endless && looks.merge(open.symbol(), 1, Integer::sum) > 2;
            if (!over) {
                return new Standing(open.symbol(), looks.getOrDefault(open.symbol(), 0) > 1, null);
            }
            End end =
                    aborted.contains(open.symbol()) ? End.ROLLED_BACK : ends.getOrDefault(open.symbol(), End.COMMITTED);
            String why = end == End.COMMITTED ? "" : "CheckFailed: UNCROSSED";
            return new Standing(
                    open.symbol(), false, new Line(open.symbol(), end, open.runId(), "2-" + open.symbol(), why, ENDED));
        }

        @Override
        public synchronized void abort(List<Open> recoveries, String reason) {
            recoveries.forEach(open -> aborted.add(open.symbol()));
        }
    }

    private static ReanchorRequest symbol(int number) {
        return new ReanchorRequest("S" + number, FeedGap.UNKNOWN, "cut", "test", null);
    }

    private static ManyRequest of(int symbols, boolean allLive) {
        return new ManyRequest(
                "cut-1",
                IntStream.range(0, symbols)
                        .mapToObj(RecoverManyWorkflowTest::symbol)
                        .toList(),
                allLive,
                null,
                0,
                "cut",
                "test");
    }

    private WorkflowStub start(ManyRequest request) {
        WorkflowStub run = temporal.getWorkflowClient()
                .newUntypedWorkflowStub(
                        "RecoverMany",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(request.workflowId())
                                .setTaskQueue(TaskQueues.REANCHOR)
                                .build());
        run.start(request);
        return run;
    }

    private ManyResult result(WorkflowStub run) throws Exception {
        ManyResult result = run.getResult(ManyResult.class);
        WorkflowReplayer.replayWorkflowExecution(
                temporal.getWorkflowClient().fetchHistory(run.getExecution().getWorkflowId()),
                RecoverManyWorkflowImpl.class);
        return result;
    }

    private static ManyProgress progress(WorkflowStub run) {
        return run.query("progress", ManyProgress.class);
    }

    @Test
    void allAreStartedAFewAtATimeAndFollowedToTheirEnds() throws Exception {
        steps.ends.put("S7", End.ROLLED_BACK);
        steps.refused.add("S11");
        steps.failures.put("S3", 2);

        WorkflowStub run = start(of(25, false));
        ManyResult result = result(run);

        assertThat(result.lines())
                .extracting(Line::symbol)
                .startsWith("S0", "S1", "S2")
                .hasSize(25);
        assertThat(result.count(End.COMMITTED)).isEqualTo(23);
        assertThat(result.lines().get(7).end()).isEqualTo(End.ROLLED_BACK);
        assertThat(result.lines().get(11))
                .isEqualTo(new Line("S11", End.NOT_STARTED, null, null, "BadRequest: no such symbol", null));
        assertThat(steps.batches).startsWith(10, 10).allMatch(size -> size <= 10);
        assertThat(steps.started).doesNotHaveDuplicates().hasSize(24).endsWith("S3");
        ManyProgress end = progress(run);
        assertThat(end.committed() + end.rolledBack() + end.others()).isEqualTo(25);
        assertThat(end.failed()).extracting(Line::symbol).containsExactlyInAnyOrder("S7", "S11");
    }

    @Test
    void thoseThatAreLiveComeBehindThoseThatAreNamedAndNoneTwice() throws Exception {
        ManyResult result = result(start(of(2, true)));

        assertThat(result.lines()).extracting(Line::symbol).containsExactly("S0", "S1", "ALIVEUSDT");
    }

    @Test
    void whatNobodyTakesIsGivenUp() throws Exception {
        steps.failures.put("S0", 1_000);

        ManyResult result = result(start(of(1, false)));

        assertThat(result.lines()).singleElement().satisfies(line -> {
            assertThat(line.end()).isEqualTo(End.NOT_STARTED);
            assertThat(line.why()).contains("no worker took the report");
        });
        assertThat(steps.batches).hasSize(20);
    }

    @Test
    void anAbortEndsThoseThatGoOnIfItIsToldTo() throws Exception {
        steps.endless = true;
        WorkflowStub run = start(of(12, false));
        steps.looked.await();

        run.update("abort", Void.class, "wrong exchange", true);
        ManyResult result = result(run);

        assertThat(result.count(End.ROLLED_BACK)).isEqualTo(12);
        assertThat(steps.aborted).hasSize(12).doesNotHaveDuplicates();
        assertThatThrownBy(() -> run.update("abort", Void.class, "again", true)).isNotNull();
    }

    @Test
    void whatCannotBeAskedIsRefusedBeforeAnythingBegins() {
        WorkflowStub run = start(new ManyRequest("x", List.of(), false, null, 0, "cut", "test"));

        assertThatThrownBy(() -> run.getResult(ManyResult.class))
                .isInstanceOf(WorkflowFailedException.class)
                .hasStackTraceContaining("neither recoveries nor allLive")
                .hasStackTraceContaining("nothing was begun");
        assertThat(steps.batches).isEmpty();
    }
}
