package io.reanchor.demo.bench;

import io.reanchor.kit.Connections;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.LiveBookWriter;
import io.reanchor.kit.WriteOutcome;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * What cut-overs cost readers: transactional readers and a writer at fixed rates, half of what this machine carries, in windows with a cut-over
 * every 200 ms and without, in turns. Read times count from when a read was due, so a read that a cut-over holds up isn't the only one
 * that tells.
 */
public final class ReadersBench {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int READERS = 2;
    private static final int UPDATES_A_SECOND = 50;
    private static final long BETWEEN_CUT_OVERS = 200_000_000L;

    private final URI server;
    private final int levels;
    private final Duration window;

    /**
     * Of one size; times in ms.
     *
     * @param levels a side
     * @param readsPerSecond of all readers together
     * @param windows of each kind
     * @param with a cut-over every 200 ms: medians of the windows' figures, the most of their maxima
     * @param without the same, without
     * @param ratio median of the pairs' ratios of p99.9
     * @param cutOvers how many there were
     * @param torn reads that saw two generations
     * @param missing reads that lacked a key, or found one empty
     * @param stale reads that saw a lower update id than one before
     */
    public record Result(
            int levels,
            long readsPerSecond,
            int windows,
            Times with,
            Times without,
            double ratio,
            long cutOvers,
            long torn,
            long missing,
            long stale) {}

    /** Read times. */
    public record Times(double p50, double p99, double p999, double max) {}

    private record Window(long[] sorted, long torn, long missing, long stale) {
        double at(double share) {
            return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1e6;
        }
    }

    private ReadersBench(URI server, int levels, Duration window) {
        this.server = server;
        this.levels = levels;
        this.window = window;
    }

    /** Runs it against a server that nobody else uses. @param pairs of windows */
    public static Result run(URI server, int levels, int pairs, Duration window) throws InterruptedException {
        return new ReadersBench(server, levels, window).run(pairs);
    }

    private Result run(int pairs) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "readers-bench");
            thread.setDaemon(true);
            return thread;
        });
        try (PreparedCutOvers prepared = new PreparedCutOvers(server, levels);
                MarketState state =
                        new MarketState(RedisSettings.of(server).withOperationTimeout(PATIENCE), Clock.systemUTC())) {
            prepared.goLive();
            window(threads, state, prepared, 0, Duration.ofSeconds(3), false); // as fast as they can, to warm up
            Window fast = window(threads, state, prepared, 0, Duration.ofSeconds(2), false);
            long rate = Math.max(20, fast.sorted().length / 2 / 2);
            window(threads, state, prepared, rate, window, true);
            List<Window> with = new ArrayList<>();
            List<Window> without = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                without.add(window(threads, state, prepared, rate, window, false));
                with.add(window(threads, state, prepared, rate, window, true));
            }
            double[] ratios = new double[pairs];
            Arrays.setAll(ratios, i -> with.get(i).at(0.999) / without.get(i).at(0.999));
            Arrays.sort(ratios);
            List<Window> all = new ArrayList<>(with);
            all.addAll(without);
            return new Result(
                    levels,
                    rate,
                    pairs,
                    times(with),
                    times(without),
                    ratios[pairs / 2],
                    prepared.count(),
                    all.stream().mapToLong(Window::torn).sum(),
                    all.stream().mapToLong(Window::missing).sum(),
                    all.stream().mapToLong(Window::stale).sum());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Times times(List<Window> windows) {
        return new Times(
                median(windows, w -> w.at(0.5)),
                median(windows, w -> w.at(0.99)),
                median(windows, w -> w.at(0.999)),
                windows.stream().mapToDouble(w -> w.at(1)).max().orElseThrow());
    }

    private static double median(List<Window> windows, ToDoubleFunction<Window> of) {
        return windows.stream()
                .mapToDouble(of)
                .sorted()
                .skip(windows.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** @param rate reads a second; 0 for as many as there can be */
    private Window window(
            ExecutorService threads,
            MarketState state,
            PreparedCutOvers prepared,
            long rate,
            Duration length,
            boolean cutOvers)
            throws InterruptedException {
        if (cutOvers) {
            prepared.prepare((int) (length.toNanos() / BETWEEN_CUT_OVERS));
        }
        long start = System.nanoTime() + 50_000_000;
        long end = start + length.toNanos();
        List<Future<BenchReader>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            BenchReader reader = new BenchReader(server, start, end, rate == 0 ? 0 : 1e9 * READERS / rate);
            readers.add(threads.submit(reader, reader));
        }
        Future<?> writer = threads.submit(() -> write(start, end));
        Future<?> cutting = threads.submit((Callable<Void>) () -> {
            for (long due = start; cutOvers && due + BETWEEN_CUT_OVERS <= end; due += BETWEEN_CUT_OVERS) {
                sleepUntil(due + BETWEEN_CUT_OVERS / 2);
                prepared.cutOver(state);
            }
            return null;
        });
        long torn = 0;
        long missing = 0;
        long stale = 0;
        List<long[]> times = new ArrayList<>();
        for (Future<BenchReader> future : readers) {
            BenchReader reader = result(future);
            times.add(reader.times());
            torn += reader.torn();
            missing += reader.missing();
            stale += reader.stale();
        }
        result(writer);
        result(cutting);
        long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Window(sorted, torn, missing, stale);
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the bench can't go on", e.getCause());
        }
    }

    private void write(long start, long end) {
        try (LiveBookWriter writer = LiveBookWriter.withoutJournal(
                Connections.standalone(server, PATIENCE),
                Keyspace.DEFAULT.of(PreparedCutOvers.SYMBOL),
                InstantSource.system())) {
            Long id = writer.catchUp().id();
            for (long due = start; due < end && id != null; due += 1_000_000_000L / UPDATES_A_SECOND) {
                sleepUntil(due);
                WriteOutcome outcome = writer.write(List.of(update(id + 1)));
                id = outcome.id() == null ? id : outcome.id(); // a cut-over has moved it on
            }
        }
    }

    private static DepthUpdate update(long id) {
        PriceLevels.Builder bids = new PriceLevels.Builder();
        for (int i = 0; i < 18; i++) {
            bids.add(
                    PackedDecimal.parse("6%04d.5".formatted((id * 7 + i) % 1000)),
                    PackedDecimal.parse("0.%05d1".formatted(id % 100_000)));
        }
        return new DepthUpdate(id, id, id, bids.build(), PriceLevels.EMPTY);
    }

    static void sleepUntil(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }
}
