package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorException;
import io.reanchor.redis.Installed;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisStateException;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.util.Optional;

/**
 * Whether the last cut-over that a caller was told of is still known in Redis: a failover may have taken it back.
 *
 * @param verdict of the comparison
 * @param text what was found, and the next step
 */
record LastCutOver(Verdict verdict, String text) {
    enum Verdict {
        THERE,
        LOST,
        NONE,
        NOT_COMPARED
    }

    static LastCutOver of(String symbol, ReanchorClient client, Optional<RedisSettings> redis) {
        if (redis.isEmpty()) {
            return new LastCutOver(
                    Verdict.NOT_COMPARED,
                    "the last committed result wasn't compared with Redis: give --redis URI, or REDIS_URI");
        }
        try (MarketState state = new MarketState(redis.get(), Clock.systemUTC())) {
            Optional<SwapReceipt> last = client.lastCommitted(symbol);
            if (last.isEmpty()) {
                return new LastCutOver(Verdict.NONE, "Temporal keeps no committed recovery of " + symbol);
            }
            String acknowledged = last.get().generation();
            Installed installed = state.installed(symbol);
            return installed.lost(acknowledged)
                    ? new LastCutOver(
                            Verdict.LOST, "LOST: " + installed.lostText(acknowledged) + ": reanchor recover " + symbol)
                    : new LastCutOver(
                            Verdict.THERE,
                            "generation %s is live; the last committed one, %s, is accounted for"
                                    .formatted(installed.live(), acknowledged));
        } catch (ReanchorException | RedisStateException e) {
            return new LastCutOver(
                    Verdict.NOT_COMPARED,
                    "the last committed result couldn't be compared with Redis: " + e.getMessage());
        }
    }
}
