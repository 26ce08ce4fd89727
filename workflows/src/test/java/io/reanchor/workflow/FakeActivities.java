package io.reanchor.workflow;

import io.reanchor.workflow.ValidationReport.Check;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.failure.ApplicationFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Steps that only keep account: what was called with which limits, and what a symbol's keys would hold. They can be made to fail
 * before or after their effect, and to hang. Like Redis, they refuse what comes after settling.
 */
final class FakeActivities implements ReanchorActivities {
    static final List<String> STEPS =
            List.of("RaiseFlag", "StageSnapshot", "StageTrades", "BuildFeatures", "Validate", "Swap");

    /** One call, as Temporal made it. */
    record Call(String step, int attempt, ActivityInfo info, Object order) {}

    interface Fault {
        void strike(int attempt);
    }

    final Set<String> keys = ConcurrentHashMap.newKeySet();
    final List<Admit> admitted = new CopyOnWriteArrayList<>();
    /** What is answered to whom asks for the n-th time. */
    volatile IntFunction<Admission> admission = n -> Admission.AT_ONCE;

    volatile boolean live;
    volatile @Nullable Replication replication;
    volatile List<String> noticed = List.of();
    volatile Outcome superseded = Outcome.ROLLED_BACK;
    volatile long stagedUpdateId = 1_000;
    volatile List<Check> checks = List.of(new Check("UNCROSSED", true, true, "bid < ask", "1 < 2"));
    volatile @Nullable Followed followed;
    /** What keeping up comes to; by default it is over at once, as if its time had passed. */
    volatile Function<KeepUp, KeptUp> keeping =
            step -> new KeptUp(Instant.parse("2024-08-08T00:00:00Z"), 1_000L, 500L, 3L, List.of());
    /** The last round that was settled: what it did can't come any more. */
    private volatile int settled;

    private volatile int installed;
    private final CountDownLatch settling = new CountDownLatch(1);
    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Fault> before = new ConcurrentHashMap<>();
    private final Map<String, Fault> after = new ConcurrentHashMap<>();

    void before(String step, Fault fault) {
        before.put(step, fault);
    }

    void after(String step, Fault fault) {
        after.put(step, fault);
    }

    /**
     * Holds the lane beside a staging step until settling begins: the in-process server, unlike a real one, gets stuck when an
     * activity completes just as it is cancelled.
     */
    void holdLaneBeside(String step) {
        String other = step.equals("StageSnapshot") ? "StageTrades" : "StageSnapshot";
        if (step.startsWith("Stage")) {
            before.put(other, attempt -> Gate.await(settling));
        }
    }

    static Fault failing(String type, boolean retryable) {
        return attempt -> {
            throw ApplicationFailure.newBuilder()
                    .setType(type)
                    .setMessage("made to fail: " + type)
                    .setNonRetryable(!retryable)
                    .build();
        };
    }

    static Fault first(int attempts, Fault fault) {
        return attempt -> {
            if (attempt <= attempts) {
                fault.strike(attempt);
            }
        };
    }

    /** Holds a step in its tracks, deaf to cancellation, until released. */
    static final class Gate implements Fault, AutoCloseable {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public void strike(int attempt) {
            reached.countDown();
            await(open);
        }

        void awaitReached() {
            await(reached);
        }

        @Override
        public void close() {
            open.countDown();
        }

        private static void await(CountDownLatch latch) {
            boolean done = false;
            while (!done) {
                try {
                    if (!latch.await(30, TimeUnit.SECONDS)) {
                        throw new AssertionError("nobody came within 30 s");
                    }
                    done = true;
                } catch (InterruptedException e) {
                    // deaf, as a hanging socket is
                }
            }
        }
    }

    List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    List<Call> calls(String step) {
        return calls().stream().filter(c -> c.step().equals(step)).toList();
    }

    List<String> order() {
        return calls().stream().map(Call::step).collect(Collectors.toList());
    }

    private <T> T step(String name, Object order, String key, Supplier<T> result) {
        ActivityInfo info = Activity.getExecutionContext().getInfo();
        synchronized (calls) {
            calls.add(new Call(name, info.getAttempt(), info, order));
        }
        if (name.equals("Settle")) {
            settling.countDown();
        }
        before.getOrDefault(name, attempt -> {}).strike(info.getAttempt());
        if (round(order) <= settled && !name.equals("Settle")) {
            throw ApplicationFailure.newNonRetryableFailure("late", FailureTypes.FENCED);
        }
        if (!key.isEmpty()) {
            keys.add(key);
        }
        T done = result.get();
        after.getOrDefault(name, attempt -> {}).strike(info.getAttempt());
        return done;
    }

    @Override
    public Admission admit(Admit step) {
        admitted.add(step);
        return admission.apply(admitted.size());
    }

    @Override
    public FlagRaised raiseFlag(RaiseFlag step) {
        return step("RaiseFlag", step, "flag", () -> new FlagRaised("7-old", 900L, 90L, noticed));
    }

    @Override
    public StagedBook stageSnapshot(StageMarketData step) {
        return step("StageSnapshot", step, "book", () -> book(stagedUpdateId));
    }

    static StagedBook book(long id) {
        return new StagedBook(
                new StagedKey("ob:new:BTCUSDT", "t:1", 5, 2_003, id),
                "binance",
                Instant.parse("2024-08-08T00:00:00Z"),
                1_000,
                1_000,
                "61837.62 x 1.5",
                "61837.63 x 0.25",
                "61000",
                "62000",
                "0123456789abcdef",
                1,
                null,
                List.of());
    }

    @Override
    public StagedBars stageTrades(StageMarketData step) {
        return step("StageTrades", step, "bars", FakeActivities::bars);
    }

    static StagedBars bars() {
        return new StagedBars(
                new StagedKey("tr:new:BTCUSDT:1s", "t:1", 2, 302, 500L),
                new StagedKey("tr:new:BTCUSDT:5s", "t:1", 2, 62, 500L),
                "binance",
                Instant.parse("2024-08-08T00:00:00Z"),
                400L,
                500L,
                "61837.63",
                101,
                30,
                270,
                List.of(),
                List.of());
    }

    @Override
    public StagedFeatures buildFeatures(BuildFeatures step) {
        return step(
                "BuildFeatures",
                step,
                "features",
                () -> new StagedFeatures(new StagedKey("feat:new:BTCUSDT", "t", 1, 20, null), 18, List.of("rsi")));
    }

    @Override
    public ValidationReport validate(Validate step) {
        return step(
                "Validate",
                step,
                "",
                () -> new ValidationReport(checks)
                        .with(
                                new Comparison.Side(90L, 40L, "99 x 1", "none"),
                                new Comparison.Side(100L, 50L, "100 x 2", "101 x 3")));
    }

    @Override
    public SwapReceipt swap(Swap step) {
        return step("Swap", step, "", () -> {
            live = true;
            installed = step.round();
            keys.clear();
            return receipt(false);
        });
    }

    @Override
    public KeptUp keepUp(KeepUp step) {
        return step("KeepUp", step, "", () -> keeping.apply(step));
    }

    @Override
    public HookAnswer callHook(CallHook step) {
        return step("CallHook", step, "", () -> new HookAnswer("yes"));
    }

    @Override
    public Comparison compare(Compare step) {
        return step("Compare", step, "", FakeActivities::comparison);
    }

    static Comparison comparison() {
        Comparison.Differences same = new Comparison.Differences(10, 0, List.of());
        return new Comparison(
                Instant.parse("2024-08-08T00:00:00Z"),
                "7-old",
                new Comparison.Side(900L, 90L, "1 x 1", "2 x 1"),
                new Comparison.Side(1_000L, 500L, "1 x 1", "2 x 1"),
                new Comparison.Differences(10, 1, List.of(new Comparison.Difference("b:1", "1", "2"))),
                same,
                same,
                same);
    }

    private static int round(Object order) {
        if (order instanceof RaiseFlag step) {
            return step.round();
        } else if (order instanceof StageMarketData step) {
            return step.round();
        } else if (order instanceof BuildFeatures step) {
            return step.round();
        } else if (order instanceof Validate step) {
            return step.round();
        } else if (order instanceof Swap step) {
            return step.round();
        } else if (order instanceof Settle step) {
            return step.round();
        }
        return Integer.MAX_VALUE;
    }

    SwapReceipt receipt(boolean resolved) {
        return new SwapReceipt(
                "8-new",
                "7-old",
                stagedUpdateId,
                500L,
                Instant.parse("2024-08-08T00:00:01Z"),
                1,
                resolved,
                replication,
                null,
                null,
                followed);
    }

    @Override
    public Followed follow(Follow step) {
        return step(
                "Follow",
                step,
                "",
                () -> followed == null ? new Followed(stagedUpdateId, 500L, null, List.of()) : followed);
    }

    @Override
    public Settlement settle(Settle step) {
        return step("Settle", step, "", () -> {
            settled = step.round();
            if (installed == step.round()) {
                return new Settlement(Outcome.COMMITTED, receipt(true), List.of(), replication);
            }
            List<String> undone = keys.stream()
                    .filter(key -> !step.keepStaged() || key.equals("flag"))
                    .sorted()
                    .toList();
            keys.removeAll(undone);
            return new Settlement(superseded, null, undone, replication);
        });
    }
}
