package io.reanchor.activity;

import io.reanchor.market.check.CheckSettings;
import java.time.Duration;

/**
 * What the steps are told by configuration.
 *
 * @param depthLimit levels a side of the snapshot ({@code re_anchor.depth.limit})
 * @param lookBack from where bars are rebuilt when a report names no start ({@code re_anchor.bars.look_back})
 * @param barsRetention how much history of bars a cut-over carries over ({@code re_anchor.bars.retention}); also how far a
 *     rebuild reaches back at most
 * @param checks severities and thresholds
 * @param hooks who is asked before a cut-over, and told after it
 * @param recordings which flight recordings are kept
 */
public record RecoverySettings(
        int depthLimit,
        Duration lookBack,
        Duration barsRetention,
        CheckSettings checks,
        HookSettings hooks,
        FlightSettings recordings) {
    /** What holds when nothing is configured. */
    public static final RecoverySettings DEFAULT =
            new RecoverySettings(1000, Duration.ofSeconds(300), Duration.ofHours(24), CheckSettings.defaults());

    public RecoverySettings(int depthLimit, Duration lookBack, Duration barsRetention, CheckSettings checks) {
        this(depthLimit, lookBack, barsRetention, checks, HookSettings.NONE, FlightSettings.NONE);
    }

    public RecoverySettings {
        if (depthLimit < 1 || depthLimit > 5000) {
            throw new IllegalArgumentException("depth limit must be 1 to 5000 levels a side, not " + depthLimit);
        }
        if (lookBack.compareTo(Duration.ofSeconds(5)) < 0 || lookBack.compareTo(barsRetention) > 0) {
            throw new IllegalArgumentException("bars' look-back must be between 5 s and their retention %s, not %s"
                    .formatted(barsRetention, lookBack));
        }
    }
}
