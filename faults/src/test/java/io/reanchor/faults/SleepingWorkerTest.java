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
import java.util.HexFormat;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real worker is stopped with a command on its way: a write of a load, or the EXEC. It sleeps past its right to it, while another worker
 * takes the operation over; it wakes, the command arrives, it ends what it has in hand: and not one field of what is staged or live has
 * changed.
 */
class SleepingWorkerTest {
    private static final boolean ALL = "all".equals(System.getProperty("reanchor.faults"));

    /**
     * The server goes on handing tasks to a sleeper's open polls, for a minute. Each is lost until it times out, after ten seconds at most.
     * So operations here last longer than that, and their steps have more attempts than a worker has polls.
     */
    private static final String[] LIMITS = {
        "--re_anchor.operation_timeout_seconds=90",
        "--re_anchor.max_retry_attempts=20",
        "--re_anchor.undo_timeout_seconds=90",
        "--re_anchor.worker.drain_timeout_seconds=3"
    };

    private static final Duration PATIENCE = Duration.ofMinutes(4);
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
        Cell first = new Cell(Past.ATTEMPT, Mark.WRITE_BOOK);
        return ALL
                ? List.of(
                        first,
                        new Cell(Past.ATTEMPT, Mark.EXEC),
                        new Cell(Past.FLAGS_TTL, Mark.WRITE_BOOK),
                        new Cell(Past.FLAGS_TTL, Mark.EXEC),
                        new Cell(Past.DEADLINE, Mark.WRITE_BOOK)) // the deadline doesn't bind an EXEC
                : List.of(first);
    }

    @BeforeAll
    static void start() {
        rig = ProcessRig.start(3, 2, LIMITS);
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
        Recovery first = fallsAsleep(cell);
        switch (cell.past()) {
            case DEADLINE -> {
                ReanchorResult result = first.await(PATIENCE);
                assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.ROLLED_BACK);
                assertThat(Objects.requireNonNull(result.failure()).type())
                        .as("the operation's end, or that of the lane beside it, which waits for the exchange as long")
                        .isIn(FailureTypes.DEADLINE, FailureTypes.SOURCE_UNAVAILABLE);
                rig.seed.exchange().heal();
                wakesInVain(committed(recover("second")));
            }
            case FLAGS_TTL -> {
                rig.terminate(first);
                rig.server.admin("PEXPIRE", FLAG, "1");
                await("the flag has expired", () -> !content().containsKey(FLAG));
                wakesInVain(committed(recover("second")));
            }
            case ATTEMPT -> {
                if (cell.with() == Mark.EXEC) {
                    wakesInVain(committed(first));
                } else {
                    Map<String, Map<String, String>> staged = loadedByTheNext();
                    assertThat(staged.get(FLAG)).containsEntry("", first.runId() + ".1"); // it is the same token
                    wakesInVain(staged);
                    rig.seed.exchange().heal();
                    committed(first);
                }
            }
        }
    }

    /** The same without a fence: were what is staged still the sleeper's, its write would come in. */
    @Test
    @EnabledIfSystemProperty(named = "reanchor.faults", matches = "all")
    void wouldWriteWithoutAFence() throws Exception {
        Recovery first = fallsAsleep(new Cell(Past.ATTEMPT, Mark.WRITE_BOOK));
        String owner = staged("owner");
        loadedByTheNext();
        rig.server.admin("HSET", BOOK, "owner", owner, "seq", "1");
        Map<String, String> unfenced = book();
        wakes();
        assertThat(book()).isNotEqualTo(unfenced);
        rig.seed.exchange().heal();
        first.await(PATIENCE);
    }

    private Recovery fallsAsleep(Cell cell) throws Exception {
        rig.server.hold(rig.seed.live());
        if (cell.past() == Past.ATTEMPT
                && cell.with() != Mark.EXEC) { // or it would be cut over before the sleeper wakes
            rig.seed.exchange().inject(Endpoint.AGG_TRADES, new io.reanchor.testkit.Fault.Hang(), Integer.MAX_VALUE);
        }
        sleepAt(cell);
        Recovery recovery = recover("first");
        await(
                "a worker sleeps",
                () -> onTheirWay.stream().anyMatch(order -> order.met().isPresent()));
        return recovery;
    }

    /** @return all that is in Redis when the next attempt has loaded the book */
    private static Map<String, Map<String, String>> loadedByTheNext() throws Exception {
        String owner = staged("owner");
        await(
                "the next attempt has loaded the book",
                () -> !staged("owner").equals(owner) && "2".equals(staged("seq")));
        return content();
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

    private void wakesInVain(Map<String, Map<String, String>> before) throws Exception {
        wakes();
        Map<String, Map<String, String>> after = content();
        if (!before.containsKey(FLAG)) { // a claim that was handed to its polls may come now: a flag has a TTL
            after.remove(FLAG);
        }
        assertThat(after).isEqualTo(before);
    }

    private void wakes() throws Exception {
        WorkerProcess worker = Objects.requireNonNull(sleeper.get());
        worker.wake();
        onTheirWay.forEach(FaultProxy.Held::release);
        worker.terminate(); // whatever it still has in hand, it tries to end
        worker.awaitEnd();
        worker.proxy.awaitEnd();
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

    /** @return all that is in Redis then */
    private static Map<String, Map<String, String>> committed(Recovery recovery) throws IOException {
        ReanchorResult result = recovery.await(PATIENCE);
        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        return content();
    }

    private static String staged(String field) throws IOException {
        return book().getOrDefault(field, "");
    }

    private static Map<String, String> book() throws IOException {
        return content().getOrDefault(BOOK, Map.of());
    }

    /** Every key's fields and values; of what is no hash, the value under the name "". */
    private static Map<String, Map<String, String>> content() throws IOException {
        try (RespClient redis = rig.server.connect(Duration.ofSeconds(10))) {
            Map<String, Map<String, String>> content = new TreeMap<>();
            for (Object name : (List<?>) Objects.requireNonNull(redis.call("KEYS", "*"))) {
                String key = Objects.requireNonNull(RespClient.text(name));
                content.put(key, fields(redis, key));
            }
            return content;
        }
    }

    private static Map<String, String> fields(RespClient redis, String key) throws IOException {
        String type = String.valueOf(redis.call("TYPE", key));
        if (type.equals("string")) {
            return Map.of("", String.valueOf(RespClient.text(redis.call("GET", key))));
        }
        if (!type.equals("hash")) {
            return redis.call("DUMP", key) instanceof byte[] dump
                    ? Map.of("", HexFormat.of().formatHex(dump))
                    : Map.of();
        }
        Map<String, String> fields = new HashMap<>();
        List<?> flat = (List<?>) Objects.requireNonNull(redis.call("HGETALL", key));
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(RespClient.text(flat.get(i)), RespClient.text(flat.get(i + 1)));
        }
        return fields;
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
