package io.reanchor.demo;

import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.MarketEvent;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.ReanchorStatus.StageEntry;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a reader sees of gaps: {@link LiveStack} against a simulated exchange whose REST answers late, events that are dropped without a word
 * and connections that are cut and refused, and a reader that polls every millisecond. The exchange knows the truth at each update id.
 */
public final class GapBench {
    private static final String SYMBOL = "BTCUSDT";
    private static final Duration HISTORY = Duration.ofSeconds(30);
    private static final Duration GAP = Duration.ofMillis(1_500);
    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP = 6;

    private final SyntheticMarket market = new SyntheticMarket(
            20_240_808, SYMBOL, new BigDecimal("61800"), Instant.now().minus(HISTORY));
    /** When each update of the book was sent to whoever listens, by its last id; nanoseconds. */
    private final ConcurrentSkipListMap<Long, Long> sent = new ConcurrentSkipListMap<>();

    private final SimulatedExchange exchange;
    private final LiveStack stack;
    private final GapReader reader;
    private final MarketState state;

    /**
     * How one kind of gap went; seconds.
     *
     * @param kind what was done
     * @param gaps how many of them
     * @param outage longest time in which a key was missing or empty
     * @param silent longest time, after events were back, in which the book was behind and didn't say so
     * @param suspectedMedian until the book said that it may be old, while nothing came
     * @param suspectedMax the longest of them
     * @param trueMedian from the first event after the gap until book, bars and features were the exchange's again
     * @param trueMax the longest of them
     * @param wrong levels that were wrong in looks at the book while it claimed to be whole
     */
    public record Result(
            String kind,
            int gaps,
            double outage,
            double silent,
            double suspectedMedian,
            double suspectedMax,
            double trueMedian,
            double trueMax,
            long wrong) {}

    private record One(double outage, double silent, double suspected, double back, long wrong) {}

    private GapBench(Duration restLatency, @Nullable String temporal, Consumer<String> say, Parts parts)
            throws IOException, InterruptedException {
        exchange = parts.add(SimulatedExchange.start(market));
        exchange.step(HISTORY);
        for (Endpoint endpoint : Endpoint.values()) {
            exchange.inject(endpoint, new Fault.Late(restLatency));
        }
        market.listen(event -> {
            if (event instanceof MarketEvent.Depth depth) {
                sent.put(depth.update().finalUpdateId(), System.nanoTime());
            }
        });
        exchange.goLive(1);
        stack = parts.add(LiveStack.start(
                new LiveStack.Options(
                        List.of(SYMBOL),
                        exchange.restUri(),
                        exchange.streamUri(),
                        null,
                        temporal,
                        LiveStack.Retention.DEFAULT,
                        Map.of()),
                say));
        stack.awaitWhole(SYMBOL, PATIENCE);
        reader = parts.add(new GapReader(stack.redis(), SYMBOL, sent));
        state = parts.add(
                new MarketState(RedisSettings.of(stack.redis()).withOperationTimeout(PATIENCE), Clock.systemUTC()));
    }

    /**
     * Runs it; takes some minutes.
     *
     * @param gaps of each kind
     * @param temporal {@code host:port} of a server; null for the one in this process
     * @param say told what comes up, and each gap
     */
    public static List<Result> run(int gaps, Duration restLatency, @Nullable String temporal, Consumer<String> say)
            throws IOException, InterruptedException {
        try (Parts parts = new Parts()) {
            GapBench bench = new GapBench(restLatency, temporal, say, parts);
            for (int i = 0; i < WARM_UP; i++) {
                bench.gap(i % 2 == 0);
            }
            List<Result> results = new ArrayList<>();
            for (boolean cut : new boolean[] {false, true}) {
                List<One> all = new ArrayList<>();
                for (int i = 0; i < gaps; i++) {
                    One one = bench.gap(cut);
                    say.accept("%s %d: suspected after %.3f s, true %.3f s after events were back; %s"
                            .formatted(
                                    cut ? "disconnect" : "silent gap",
                                    i + 1,
                                    one.suspected(),
                                    one.back(),
                                    bench.stages()));
                    all.add(one);
                }
                results.add(result(cut ? "connections reset and refused" : "events dropped silently", all));
            }
            return results;
        }
    }

    /** Of the last recovery, each with the milliseconds it took. */
    private String stages() {
        List<StageEntry> timeline = stack.client().status(SYMBOL).timeline();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i + 1 < timeline.size(); i++) {
            text.append(i == 0 ? "" : ", ")
                    .append(timeline.get(i).stage())
                    .append(' ')
                    .append(Duration.between(
                                    timeline.get(i).at(), timeline.get(i + 1).at())
                            .toMillis());
        }
        return text.toString();
    }

    private static Result result(String kind, List<One> all) {
        return new Result(
                kind,
                all.size(),
                max(all, One::outage),
                max(all, One::silent),
                median(all, One::suspected),
                max(all, One::suspected),
                median(all, One::back),
                max(all, One::back),
                all.stream().mapToLong(One::wrong).sum());
    }

    private static double max(List<One> all, ToDoubleFunction<One> of) {
        return all.stream().mapToDouble(of).max().orElse(Double.NaN);
    }

    private static double median(List<One> all, ToDoubleFunction<One> of) {
        return all.stream()
                .mapToDouble(of)
                .sorted()
                .skip(all.size() / 2)
                .findFirst()
                .orElse(Double.NaN);
    }

    private One gap(boolean cut) throws InterruptedException {
        Thread.sleep(SETTLED.toMillis());
        stack.awaitWhole(SYMBOL, PATIENCE);
        long begins = System.nanoTime();
        reader.begin(begins);
        if (cut) {
            exchange.refuseStreams(true);
            exchange.disconnectAll();
        } else {
            exchange.mute(SYMBOL, true);
        }
        Thread.sleep(GAP.toMillis());
        if (cut) {
            exchange.refuseStreams(false);
            awaitUntil(() -> exchange.streamConnections() > 0, "a new connection");
        } else {
            exchange.mute(SYMBOL, false);
        }
        long from = System.nanoTime();
        awaitUntil(() -> firstSince(from) != null, "the first event after the gap");
        Map.Entry<Long, Long> first = Objects.requireNonNull(firstSince(from));
        reader.eventsAreBack(first.getKey(), first.getValue());
        awaitUntil(reader::isTrueAgain, "the book's way back");
        long wrong = LiveCheck.of(state, market).orElseThrow().wrong();
        stack.awaitWhole(SYMBOL, PATIENCE);
        GapReader.Seen seen = reader.end();
        return new One(
                seconds(seen.outage()),
                seconds(seen.silent()),
                seconds(seen.suspectedAt() - begins),
                seconds(seen.trueAt() - first.getValue()),
                wrong);
    }

    private Map.@Nullable Entry<Long, Long> firstSince(long time) {
        return sent.descendingMap().entrySet().stream()
                .takeWhile(entry -> entry.getValue() > time)
                .reduce((later, earlier) -> earlier)
                .orElse(null);
    }

    private interface Condition {
        boolean holds();
    }

    private static void awaitUntil(Condition condition, String what) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited %d s for %s".formatted(PATIENCE.toSeconds(), what));
            }
            Thread.sleep(1);
        }
    }

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
