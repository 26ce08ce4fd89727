package io.reanchor.demo.bench;

import io.reanchor.demo.bench.ServerTime.Cost;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import redis.clients.jedis.RedisClient;

/**
 * The cut-over in the server's own time, beside the least MULTI of the same renames, PERSIST, PEXPIRE, DEL and PUBLISH on the same
 * keys. All sizes and both ways alternate in one run on one server, and every size is put back before each: whatever the machine does
 * hits all, and copying the largest leaves the processor's caches as cold for the smallest.
 */
public final class CutOverBench {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int WARM_UP = 10;

    private CutOverBench() {}

    /**
     * Of one size; times in µs of the server, medians but for the slowest.
     *
     * @param fields of each hash
     * @param rounds of each
     * @param exec the cut-over's EXEC
     * @param leastExec EXEC of the least MULTI
     * @param ratio of the two
     * @param checks all that the cut-over asks before EXEC: seal, WATCH, checks
     * @param total EXEC and checks
     * @param slowest the slowest single command of any round
     */
    public record Result(
            int fields, int rounds, long exec, long leastExec, double ratio, long checks, long total, long slowest) {}

    /** Runs it against a server that nobody else uses; what it writes there is gone afterwards. */
    public static List<Result> run(URI server, List<Integer> sizes, int rounds) {
        try (RedisClient redis = RedisClient.create(server);
                MarketState state =
                        new MarketState(RedisSettings.of(server).withOperationTimeout(PATIENCE), Clock.systemUTC())) {
            ServerTime time = new ServerTime(redis);
            List<Size> all = sizes.stream()
                    .distinct()
                    .map(n -> new Size(new CutOverFixture(redis, n)))
                    .toList();
            for (int i = -WARM_UP; i < rounds; i++) {
                for (Size size : all) {
                    all.forEach(each -> each.fixture.restore());
                    Cost cutOver = time.of(() -> state.cutOver(size.fixture.order()));
                    all.forEach(each -> each.fixture.restore());
                    Cost multi = time.of(size.fixture::leastMulti);
                    if (i >= 0) {
                        size.ours.add(cutOver);
                        size.least.add(multi);
                    }
                }
            }
            all.forEach(size -> size.fixture.drop());
            return all.stream().map(Size::result).toList();
        }
    }

    private record Size(CutOverFixture fixture, List<Cost> ours, List<Cost> least) {
        Size(CutOverFixture fixture) {
            this(fixture, new ArrayList<>(), new ArrayList<>());
        }

        Result result() {
            long exec = median(ours, Cost::exec);
            long leastExec = median(least, Cost::exec);
            return new Result(
                    fixture.fields(),
                    ours.size(),
                    exec,
                    leastExec,
                    (double) exec / leastExec,
                    median(ours, Cost::checks),
                    median(ours, Cost::total),
                    ours.stream().mapToLong(Cost::slowest).max().orElseThrow());
        }
    }

    private static long median(List<Cost> costs, ToLongFunction<Cost> of) {
        return costs.stream()
                .mapToLong(of)
                .sorted()
                .skip(costs.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
