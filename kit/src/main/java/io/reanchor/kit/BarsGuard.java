package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBars;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Adds trades to a symbol's one-second and five-second bars by {@code bars.lua}. The sums are made here, exactly, from the bars that
 * were read; they are written only while those still stand. Keeps the newest bars, so that it seldom has to read. Not thread-safe.
 */
public final class BarsGuard {
    private static final Script SCRIPT = Script.named(BarsGuard.class, "bars");
    private static final int TRADES_A_CALL = 500;
    private static final int LOOKS = 100;

    private final List<String> keys;
    private final Fence fence;
    private final BarSeries ones;
    private final BarSeries fives;
    private final LiveJson json;
    private boolean read;

    private BarsGuard(String ones, String fives, Fence fence, @Nullable Long retention, LiveJson json) {
        this.keys = List.of(ones, fives, fence.key());
        this.fence = fence;
        this.ones = new BarSeries(ones, TradeBars.SECOND, retention);
        this.fives = new BarSeries(fives, TradeBars.FIVE_SECONDS, retention);
        this.json = json;
    }

    /**
     * Of the live bars.
     *
     * @param clock for the time that a gap was first seen
     * @param retention how far back from the newest bar bars are kept; older ones go as new ones come
     */
    public static BarsGuard live(Names names, InstantSource clock, Duration retention) {
        return new BarsGuard(
                names.live(Family.BARS_1S),
                names.live(Family.BARS_5S),
                Fence.live(names, clock),
                retention.toMillis(),
                LiveJson.of(names, List.of(Family.BARS_1S, Family.BARS_5S)));
    }

    /**
     * Of the staged bars, as one load left them.
     *
     * @param token what the flag must hold
     * @param owner the load that must own both keys
     * @param ttl what their time to live becomes at each call
     */
    public static BarsGuard staged(Names names, String token, String owner, Duration ttl) {
        return new BarsGuard(
                names.staged(Family.BARS_1S),
                names.staged(Family.BARS_5S),
                Fence.staged(names, token, owner, ttl),
                null,
                LiveJson.NONE);
    }

    /**
     * Adds trades, as far as they follow. The two keys may be at different ids: each gets the trades that it lacks.
     *
     * @param trades raw trades, at least one, by ids without a hole
     * @throws IllegalArgumentException when they aren't
     * @throws redis.clients.jedis.exceptions.JedisException when Redis refuses, or isn't there: then what was added is unknown
     */
    public Applied apply(Connection connection, List<Trade> trades) {
        requireRun(trades);
        Applied last = new Applied(Verdict.STALE, null, 0, "");
        int applied = 0;
        for (int at = 0; at < trades.size(); at += TRADES_A_CALL) {
            last = run(connection, trades.subList(at, Math.min(trades.size(), at + TRADES_A_CALL)));
            applied += last.applied();
            if (last.verdict() != Verdict.APPLIED && last.verdict() != Verdict.STALE) {
                return new Applied(last.verdict(), last.id(), applied, last.found());
            }
        }
        return new Applied(applied > 0 ? Verdict.APPLIED : Verdict.STALE, last.id(), applied, "");
    }

    /** The lower of the two keys' ids as Redis has them, or null when one has none. */
    @Nullable
    Long id(Connection connection) {
        Long id = null;
        for (String key : keys.subList(0, 2)) {
            connection.sendCommand(Command.HGET, key, Fields.LAST_TRADE_ID);
            String text = Replies.textOrNull(connection.getOne());
            if (text == null || !Fields.isId(text)) {
                return null;
            }
            id = id == null ? Long.parseLong(text) : Math.min(id, Long.parseLong(text));
        }
        return id;
    }

    private Applied run(Connection connection, List<Trade> trades) {
        for (int look = 0; look < LOOKS; look++) {
            if (!read) {
                ones.read(connection, trades);
                fives.read(connection, trades);
                read = true;
            }
            long before = lower(ones.id(), fives.id());
            BarSeries.Changes first = ones.changes(trades);
            BarSeries.Changes second = fives.changes(trades);
            List<byte[]> arguments = fence.arguments();
            arguments.add(Replies.bytes(trades.get(0).firstTradeId()));
            arguments.add(Replies.bytes(trades.get(trades.size() - 1).lastTradeId()));
            arguments.add(Replies.bytes(ones.id()));
            arguments.add(Replies.bytes(fives.id()));
            arguments.add(Replies.bytes(first.count()));
            arguments.addAll(first.arguments());
            arguments.addAll(second.arguments());
            List<Object> reply = Replies.list(json.after(connection, SCRIPT, keys, arguments));
            Applied refused = Fence.refusal(reply);
            if (refused != null) {
                return refused;
            }
            String word = Replies.text(reply.get(0));
            if (word.equals("MOVED")) {
                read = false;
                continue;
            }
            Verdict verdict = Verdict.valueOf(word);
            String one = Replies.text(reply.get(1));
            String five = Replies.text(reply.get(2));
            if (verdict == Verdict.APPLIED) {
                ones.written(first, one);
                fives.written(second, five);
            }
            long lower = lower(one, five);
            int applied = verdict == Verdict.APPLIED ? Math.toIntExact(lower - before) : 0;
            return new Applied(verdict, lower < 0 ? null : lower, applied, "");
        }
        throw new JedisDataException(
                "%s moved at each of %d looks: somebody else writes there all the time. Trying again helps in a quieter moment."
                        .formatted(keys.get(0), LOOKS));
    }

    private static long lower(String one, String five) {
        return one.isEmpty() || five.isEmpty() ? -1 : Math.min(Long.parseLong(one), Long.parseLong(five));
    }

    private static void requireRun(List<Trade> trades) {
        if (trades.isEmpty()) {
            throw new IllegalArgumentException("expected at least one trade");
        }
        long next = trades.get(0).firstTradeId();
        for (Trade trade : trades) {
            if (trade.firstTradeId() != next || trade.lastTradeId() != next) {
                throw new IllegalArgumentException("trade %d..%d: expected the raw trade %d"
                        .formatted(trade.firstTradeId(), trade.lastTradeId(), next));
            }
            next++;
        }
    }
}
