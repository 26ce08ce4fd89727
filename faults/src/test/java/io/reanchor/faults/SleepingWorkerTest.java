package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.client.Recovery;
import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RespClient;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real worker is stopped with a command on its way: a write of a load, or the EXEC. It sleeps past its right to it, while another worker
 * takes the operation over; it wakes, the command arrives, it ends what it has in hand: and not one field of any key has changed.
 */
class SleepingWorkerTest {
    private static final boolean ALL = "all".equals(System.getProperty("reanchor.faults"));
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MOST_RECOVERIES = 5;
    private static final String BOOK = Seed.KEYS.staged().get(0);
    private static final String FLAG = Seed.KEYS.flag();

    private static ProcessRig rig;
    private final AtomicReference<@Nullable WorkerProcess> sleeper = new AtomicReference<>();
    private final List<FaultProxy.Held> onTheirWay = new ArrayList<>();

    /** What the worker sleeps past. */
    enum Past {
        DEADLINE,
        FLAGS_TTL,
        ATTEMPT
    }

    record Cell(Past past, Mark with) {}

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>(List.of(
                new Cell(Past.DEADLINE, Mark.WRITE_BOOK),
                new Cell(Past.FLAGS_TTL, Mark.EXEC),
                new Cell(Past.ATTEMPT, Mark.WRITE_BOOK)));
        if (ALL) {
            cells.add(new Cell(Past.DEADLINE, Mark.EXEC));
            cells.add(new Cell(Past.FLAGS_TTL, Mark.WRITE_BOOK));
        }
        return cells;
    }

    @BeforeAll
    static void start() {
        // An EXEC that isn't answered within three seconds is settled; the other steps are given to the other worker.
        rig = ProcessRig.start(
                3,
                2,
                "--re_anchor.operation_timeout_seconds=20",
                "--re_anchor.max_retry_attempts=8",
                "--re_anchor.undo_timeout_seconds=3",
                "--re_anchor.worker.drain_timeout_seconds=10");
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void changesNotOneField(Cell cell) throws Exception {
        rig.server.hold(rig.seed.live());
        if (cell.past() == Past.ATTEMPT) {
            rig.seed.exchange().inject(Endpoint.AGG_TRADES, new io.reanchor.testkit.Fault.Hang(), Integer.MAX_VALUE);
        }
        sleepAt(cell);
        Recovery first = recover("first");
        awaitSleep();
        switch (cell.past()) {
            case DEADLINE -> {
                ReanchorResult result = first.await(PATIENCE);
                assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.ROLLED_BACK);
                if (cell.with() != Mark.EXEC) {
                    assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.DEADLINE);
                }
                rig.seed.exchange().heal();
                wakesInVain(committed("second"));
            }
            case FLAGS_TTL -> {
                rig.terminate(first);
                rig.server.admin("PEXPIRE", FLAG, "1");
                await("the flag has expired", () -> !content().containsKey(FLAG));
                wakesInVain(committed("second"));
            }
            case ATTEMPT -> {
                // The flag bears the same token all the while, and what is staged is the next attempt's.
                String owner = staged("owner");
                await(
                        "the next attempt has loaded the book",
                        () -> !staged("owner").equals(owner) && "2".equals(staged("seq")));
                Map<String, Map<String, String>> staged = content();
                assertThat(staged.get(FLAG)).containsEntry("", first.runId() + ".1");
                wakesInVain(staged);
                rig.seed.exchange().heal();
                assertThat(first.await(PATIENCE).outcome()).isEqualTo(Outcome.COMMITTED);
            }
        }
    }

    /** Whichever worker comes there first. */
    private void sleepAt(Cell cell) {
        for (WorkerProcess worker : rig.workers) {
            Predicate<Boundary> there = cell.with().boundary();
            worker.proxy.startCounting();
            onTheirWay.add(worker.proxy.breakNext(
                    boundary -> there.test(boundary) && sleeper.compareAndSet(null, worker), Break.HOLD, () -> {
                        worker.pause();
                        if (cell.past() == Past.DEADLINE) { // or the other worker would be done before it
                            rig.seed
                                    .exchange()
                                    .inject(Endpoint.DEPTH, new io.reanchor.testkit.Fault.Hang(), Integer.MAX_VALUE);
                        }
                    }));
        }
    }

    private void awaitSleep() throws Exception {
        await(
                "a worker sleeps",
                () -> onTheirWay.stream().anyMatch(order -> order.met().isPresent()));
    }

    private void wakesInVain(Map<String, Map<String, String>> before) throws Exception {
        WorkerProcess worker = Objects.requireNonNull(sleeper.get());
        worker.wake();
        onTheirWay.forEach(FaultProxy.Held::release);
        worker.terminate(); // whatever it still has in hand, it tries to end
        worker.awaitEnd();
        worker.proxy.awaitEnd();
        assertThat(content()).isEqualTo(before);
    }

    @AfterEach
    void replaceSleeper() throws InterruptedException {
        rig.seed.exchange().heal();
        onTheirWay.forEach(FaultProxy.Held::release);
        WorkerProcess worker = sleeper.get();
        if (worker != null) {
            rig.replace(worker);
        }
    }

    private Recovery recover(String who) {
        return rig.client.recover(
                new ReanchorRequest(Exchange.SYMBOL, rig.seed.exchange().gap(), who, "test", null), PATIENCE);
    }

    /**
     * Tasks that the server hands to the sleeper's open polls are lost until they time out, and some of its recoveries with them.
     *
     * @return all that is in Redis then
     */
    private Map<String, Map<String, String>> committed(String who) throws IOException {
        for (int i = 1; i < MOST_RECOVERIES; i++) {
            if (recover(who).await(PATIENCE).outcome() == Outcome.COMMITTED) {
                return content();
            }
        }
        assertThat(recover(who).await(PATIENCE).outcome()).isEqualTo(Outcome.COMMITTED);
        return content();
    }

    private static String staged(String field) throws IOException {
        return content().getOrDefault(BOOK, Map.of()).getOrDefault(field, "");
    }

    /** Every key's fields and values; a string's value under the name "". */
    private static Map<String, Map<String, String>> content() throws IOException {
        try (RespClient redis = rig.server.connect(Duration.ofSeconds(10))) {
            Map<String, Map<String, String>> content = new TreeMap<>();
            for (Object name : (List<?>) Objects.requireNonNull(redis.call("KEYS", "*"))) {
                String key = Objects.requireNonNull(RespClient.text(name));
                Map<String, String> fields = new HashMap<>();
                if ("hash".equals(String.valueOf(redis.call("TYPE", key)))) {
                    List<?> flat = (List<?>) Objects.requireNonNull(redis.call("HGETALL", key));
                    for (int i = 0; i < flat.size(); i += 2) {
                        fields.put(RespClient.text(flat.get(i)), RespClient.text(flat.get(i + 1)));
                    }
                } else {
                    fields.put("", RespClient.text(redis.call("GET", key)));
                }
                content.put(key, fields);
            }
            return content;
        }
    }

    private interface Look {
        boolean holds() throws IOException;
    }

    private static void await(String what, Look look) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!look.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            Thread.sleep(20);
        }
    }
}
