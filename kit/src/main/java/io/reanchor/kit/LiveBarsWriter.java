package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.market.Trade;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;

/**
 * Writes one symbol's live one-second and five-second bars from raw trades, each exactly once into each. Several writers of one symbol, here or
 * elsewhere, don't harm each other: the bars themselves know how far they are. Thread-safe; keeps one connection, made when needed. To be
 * closed.
 */
public final class LiveBarsWriter extends LiveWriter<Trade> {
    private final BarsGuard guard;

    private LiveBarsWriter(
            Connections connections,
            Names names,
            @Nullable Journal<Trade> journal,
            InstantSource clock,
            Duration retention) {
        super(connections, EventKind.TRADE, names, List.of(Family.BARS_1S, Family.BARS_5S), journal, clock);
        this.guard = BarsGuard.live(names, clock, retention);
    }

    /**
     * One that appends every trade to the journal before it applies it, and goes on from there after a gap or a restart.
     *
     * @param retention how far back from the newest bar bars are kept
     */
    public static LiveBarsWriter withJournal(
            Connections connections, Names names, Journal<Trade> journal, InstantSource clock, Duration retention) {
        return new LiveBarsWriter(connections, names, journal, clock, retention);
    }

    /** One that keeps what it can't apply in memory, and tries it again. What it keeps when it ends is lost. */
    public static LiveBarsWriter withoutJournal(
            Connections connections, Names names, InstantSource clock, Duration retention) {
        return new LiveBarsWriter(connections, names, null, clock, retention);
    }

    @Override
    Applied apply(Connection on, List<Trade> trades) {
        return guard.apply(on, trades);
    }

    @Override
    @Nullable
    Long id(Connection on) {
        return guard.id(on);
    }
}
