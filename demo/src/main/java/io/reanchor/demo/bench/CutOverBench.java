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
 * keys. The two alternate in one run, so that whatever else the machine does hits both.
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
    public static Result run(URI server, int fields, int rounds) {
        List<Cost> ours = new ArrayList<>();
        List<Cost> least = new ArrayList<>();
        try (RedisClient redis = RedisClient.create(server);
                MarketState state =
                        new MarketState(RedisSettings.of(server).withOperationTimeout(PATIENCE), Clock.systemUTC())) {
            ServerTime time = new ServerTime(redis);
            CutOverFixture fixture = new CutOverFixture(redis, fields);
            for (int i = -WARM_UP; i < rounds; i++) {
                fixture.restore();
                Cost cutOver = time.of(() -> state.cutOver(fixture.order()));
                fixture.restore();
                Cost multi = time.of(fixture::leastMulti);
                if (i >= 0) {
                    ours.add(cutOver);
                    least.add(multi);
                }
            }
            fixture.drop();
        }
        long exec = median(ours, Cost::exec);
        long leastExec = median(least, Cost::exec);
        return new Result(
                fields,
                rounds,
                exec,
                leastExec,
                (double) exec / leastExec,
                median(ours, Cost::checks),
                median(ours, Cost::total),
                ours.stream().mapToLong(Cost::slowest).max().orElseThrow());
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
