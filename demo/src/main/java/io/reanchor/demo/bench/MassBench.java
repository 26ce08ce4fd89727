package io.reanchor.demo.bench;

import io.reanchor.client.ManyRecovery;
import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.demo.WorkerInProcess;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.worker.ReanchorWorker;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ManyRequest;
import io.reanchor.workflow.ManyResult;
import io.reanchor.workflow.ManyResult.End;
import io.reanchor.workflow.ManyResult.Line;
import io.reanchor.workflow.ReanchorRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Many symbols lose their feed at once, just after the exchange's minute has turned, and it has weight for a part of them a minute. Worker, steps and exchange are real
 * sockets apart; the exchange counts by a minute that is compressed.
 */
public final class MassBench {
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    /** Recovered before, so that what is measured isn't the compiler. */
    private static final int WARM_UP = 30;
    /** Quiet markets: it isn't trading that is measured. */
    private static final SyntheticMarket.Shape SHAPE = new SyntheticMarket.Shape(1000, 10, 1, 0.3);

    private MassBench() {}

    /**
     * How it went.
     *
     * @param symbols how many
     * @param committed of them
     * @param rolledBack of them
     * @param others of them: not started, or unknown
     * @param weight what the exchange counted in all
     * @param limit weight a period
     * @param period the exchange's minute
     * @param refused requests that came when the weight was used up
     * @param took from the call to the last cut-over
     * @param atPace how long the weight takes at the budget's pace: weight / limit periods
     * @param earliest when the period began whose weight the last one needs: the soonest that anybody could end
     * @param lines one a symbol
     */
    public record Result(
            int symbols,
            long committed,
            long rolledBack,
            long others,
            long weight,
            int limit,
            Duration period,
            int refused,
            Duration took,
            Duration atPace,
            Duration earliest,
            List<Line> lines) {
        public double ratio() {
            return (double) took.toMillis() / atPace.toMillis();
        }
    }

    /**
     * Runs it.
     *
     * @param redis an empty one
     * @param temporal host and port
     * @param limit weight a period
     * @param urgent so many of the last symbols are given priority
     */
    public static Result run(URI redis, String temporal, int symbols, int limit, Duration period, int urgent)
            throws IOException, InterruptedException {
        Instant start = Instant.now();
        List<SimulatedMarket> markets = new ArrayList<>();
        for (int i = 0; i < symbols + WARM_UP; i++) {
            markets.add(
                    new SyntheticMarket(i, symbol(i), new BigDecimal(1000 + 37 * i), start.minusSeconds(30), SHAPE));
        }
        try (SimulatedExchange exchange = SimulatedExchange.start(markets, 0, 0, limit, period)) {
            exchange.step(Duration.between(exchange.now(), Instant.now()));
            exchange.goLive(1);
            try (ReanchorWorker worker = worker(redis, temporal, exchange, limit, period);
                    ReanchorClient client = ReanchorClient.connect(ReanchorClientOptions.DEFAULT
                            .withAddress(temporal)
                            .withCallTimeout(Duration.ofSeconds(30)))) {
                client.recoverAll(request(symbols, symbols + WARM_UP, 0)).await(PATIENCE);
                Thread.sleep(untilTurn(period));
                return run(client, exchange, request(0, symbols, urgent), limit, period);
            }
        }
    }

    private static Result run(
            ReanchorClient client, SimulatedExchange exchange, ManyRequest request, int limit, Duration period) {
        long before = exchange.totalWeight();
        Instant began = Instant.now();
        ManyRecovery recovery = client.recoverAll(request);
        ManyResult result = recovery.await(PATIENCE);
        Instant last = result.lines().stream()
                .map(Line::endedAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(result.endedAt());
        long weight = exchange.totalWeight() - before;
        long committed = result.count(End.COMMITTED);
        long rolledBack = result.count(End.ROLLED_BACK);
        long toTurn = period.toMillis() - Math.floorMod(began.toEpochMilli(), period.toMillis());
        long turns = (weight - 1) / limit;
        return new Result(
                result.lines().size(),
                committed,
                rolledBack,
                result.lines().size() - committed - rolledBack,
                weight,
                limit,
                period,
                exchange.refusedForWeight(),
                Duration.between(began, last),
                Duration.ofMillis(period.toMillis() * weight / limit),
                turns == 0 ? Duration.ZERO : Duration.ofMillis(toTurn + (turns - 1) * period.toMillis()),
                result.lines());
    }

    /** As long after the turn as it may be counted on either side of it. */
    private static long untilTurn(Duration period) {
        long millis = period.toMillis();
        return millis - Math.floorMod(System.currentTimeMillis(), millis) + millis / 60;
    }

    private static ManyRequest request(int first, int end, int urgent) {
        List<ReanchorRequest> recoveries = IntStream.range(first, end)
                .mapToObj(i -> new ReanchorRequest(
                        symbol(i), FeedGap.UNKNOWN, "disconnected", "bench", null, i < end - urgent ? 0 : 1))
                .toList();
        return new ManyRequest(UUID.randomUUID().toString(), recoveries, false, null, 0, "disconnected", "bench");
    }

    private static String symbol(int i) {
        return "S%04dUSDT".formatted(i);
    }

    private static ReanchorWorker worker(
            URI redis, String temporal, SimulatedExchange exchange, int limit, Duration period) {
        return WorkerInProcess.start(
                redis,
                Duration.ofSeconds(5),
                temporal,
                "simulated-exchange",
                exchange.restUri(),
                0,
                Map.of(
                        "re_anchor.exchange.weight_per_minute",
                        Integer.toString(limit),
                        "re_anchor.exchange.weight_period",
                        period.toSeconds() + "s",
                        "re_anchor.bars.look_back",
                        "20s"));
    }
}
