package io.reanchor.demo;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.demo.bench.EmptyWorker;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus.StageEntry;
import io.reanchor.workflow.SwapReceipt;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A recovery from report to end, 1000 levels a side, while the feed goes on; beside the same workflow with steps that do nothing, in turns.
 */
public final class RecoveryBench {
    private static final String SYMBOL = "BTCUSDT";
    private static final String EMPTY = "EMPTYUSDT";
    private static final Duration HISTORY = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP = 20;

    private RecoveryBench() {}

    /**
     * Medians, in ms.
     *
     * @param rounds of each
     * @param recovery from the report to the end of its workflow
     * @param empty the same with steps that do nothing
     * @param ratio of the two
     * @param stages how long each took
     * @param behind how long, at the swap, the oldest event that the new book lacked had stood in the journal
     * @param behindMax the longest of them
     */
    public record Result(
            int rounds,
            double recovery,
            double empty,
            double ratio,
            Map<String, Double> stages,
            double behind,
            double behindMax) {}

    /**
     * Runs it.
     *
     * @param temporal {@code host:port} of a server that no other worker serves; null for the one in this process
     * @param say told what comes up
     */
    public static Result run(int rounds, @Nullable String temporal, Consumer<String> say)
            throws IOException, InterruptedException {
        try (Parts parts = new Parts()) {
            SyntheticMarket market = new SyntheticMarket(
                    20_240_808, SYMBOL, new BigDecimal("61800"), Instant.now().minus(HISTORY));
            SimulatedExchange exchange = parts.add(SimulatedExchange.start(market));
            exchange.step(HISTORY);
            exchange.goLive(1);
            LiveStack stack = parts.add(LiveStack.start(
                    new LiveStack.Options(
                            List.of(SYMBOL),
                            exchange.restUri(),
                            exchange.streamUri(),
                            null,
                            temporal,
                            LiveStack.Retention.DEFAULT,
                            Map.of()),
                    say));
            parts.add(new EmptyWorker(stack.temporal()));
            ReanchorClient empty = parts.add(ReanchorClient.connect(
                    ReanchorClientOptions.DEFAULT.withAddress(stack.temporal()).withTaskQueue(EmptyWorker.TASK_QUEUE)));
            stack.awaitWhole(SYMBOL, PATIENCE);
            List<Double> recoveries = new ArrayList<>();
            List<Double> empties = new ArrayList<>();
            List<ReanchorResult> results = new ArrayList<>();
            for (int i = -WARM_UP; i < rounds; i++) {
                FeedGap gap = new FeedGap(
                        null, market.updateId(), null, null, market.now().minus(WINDOW));
                long start = System.nanoTime();
                ReanchorResult result = recover(stack.client(), SYMBOL, gap);
                long between = System.nanoTime();
                recover(empty, EMPTY, FeedGap.UNKNOWN);
                long end = System.nanoTime();
                if (i >= 0) {
                    recoveries.add((between - start) / 1e6);
                    empties.add((end - between) / 1e6);
                    results.add(result);
                }
            }
            double recovery = median(recoveries);
            double nothing = median(empties);
            List<Double> behind = results.stream().map(RecoveryBench::behind).toList();
            return new Result(
                    rounds,
                    recovery,
                    nothing,
                    recovery / nothing,
                    stages(results),
                    median(behind),
                    behind.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN));
        }
    }

    private static ReanchorResult recover(ReanchorClient client, String symbol, FeedGap gap) {
        ReanchorResult result = client.recover(new ReanchorRequest(symbol, gap, "bench", "bench", null))
                .await(PATIENCE);
        if (result.outcome() != Outcome.COMMITTED) {
            throw new IllegalStateException(
                    "a recovery of the bench ended " + result.outcome() + ": " + result.failure());
        }
        return result;
    }

    private static double behind(ReanchorResult result) {
        SwapReceipt receipt = result.receipt();
        Followed followed = receipt == null ? null : receipt.followed();
        Long ms = followed == null ? null : followed.behindMs();
        return ms == null ? Double.NaN : ms;
    }

    private static Map<String, Double> stages(List<ReanchorResult> results) {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (ReanchorResult result : results) {
            List<StageEntry> timeline = result.timeline();
            for (int i = 0; i + 1 < timeline.size(); i++) {
                all.computeIfAbsent(timeline.get(i).stage().name(), stage -> new ArrayList<>())
                        .add((double) Duration.between(
                                        timeline.get(i).at(),
                                        timeline.get(i + 1).at())
                                .toMillis());
            }
        }
        return all.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, stage -> median(stage.getValue()), (a, b) -> a, LinkedHashMap::new));
    }

    private static double median(List<Double> values) {
        return values.stream()
                .filter(value -> !value.isNaN())
                .sorted()
                .skip(values.stream().filter(value -> !value.isNaN()).count() / 2)
                .findFirst()
                .orElse(Double.NaN);
    }
}
