package io.reanchor.redis;

import io.reanchor.kit.Applied;
import io.reanchor.kit.BarsGuard;
import io.reanchor.kit.BookGuard;
import io.reanchor.kit.Continuation;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.Verdict;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Applies the journals to what is staged, or to what is live, in short rounds until nothing continues. By ids and by the guard scripts: whatever
 * comes twice or late changes nothing.
 */
final class CatchUp {
    /** A feed that is faster than this would never let go; what is left is the next call's. */
    private static final int ROUNDS = 20;

    private final RedisAccess redis;
    private final RedisSettings settings;

    CatchUp(RedisAccess redis, RedisSettings settings) {
        this.redis = redis;
        this.settings = settings;
    }

    /**
     * Brings the staged book and bars to the journals' end.
     *
     * @throws RedisStateException of type Fenced when flag or keys aren't as accepted; NotCovered when a journal has a hole behind what is
     *     staged, so that only a newer snapshot gets past it
     */
    void staged(Names names, Token token, StagedKey book, StagedKey bars) {
        Duration ttl = settings.lifetimes().staged();
        redis.with(names, "catching up what is staged for " + names.symbol(), connection -> {
            Journals journals = new Journals(names);
            BookGuard bookGuard = BookGuard.staged(names, token.value(), book.owner(), ttl);
            Continuation<DepthUpdate> left = follow(
                    book.id(),
                    id -> journals.diffsAfter(connection, id),
                    events -> accepted(names, token, book, bookGuard.apply(connection, events.events())));
            requireWhole(names, names.diffs(), "update", left);
            BarsGuard barsGuard = BarsGuard.staged(names, token.value(), bars.owner(), ttl);
            Continuation<Trade> leftTrades = follow(
                    bars.id(),
                    id -> journals.tradesAfter(connection, id),
                    events -> accepted(names, token, bars, barsGuard.apply(connection, events.events())));
            requireWhole(names, names.trades(), "trade", leftTrades);
            return "";
        });
    }

    private static Applied accepted(Names names, Token token, StagedKey key, Applied applied) {
        if (applied.verdict() == Verdict.FENCED || applied.verdict() == Verdict.ABSENT) {
            throw Fenced.failure(
                    applied.found().startsWith("flag") ? names.flag() : key.key(),
                    "flag %s and owner %s".formatted(token.value(), key.owner()),
                    applied.verdict() == Verdict.ABSENT ? "no such key" : applied.found(),
                    "This attempt has lost the symbol or the key.");
        }
        return applied;
    }

    private static void requireWhole(Names names, String journal, String what, @Nullable Continuation<?> left) {
        if (left != null && !left.isWhole()) {
            throw new RedisStateException(
                    FailureTypes.NOT_COVERED,
                    false,
                    "%s: what is staged for %s ends at %s %d, the journal goes on at %d only: events were lost meanwhile. It is staged anew."
                            .formatted(journal, names.symbol(), what, left.end(), left.nextFirst()));
        }
    }

    /** @return what was left at the last look, null when there is no journal, or nothing that it could continue */
    private static <E> @Nullable Continuation<E> follow(
            @Nullable Long from,
            LongFunction<Optional<Continuation<E>>> journal,
            Function<Continuation<E>, Applied> guard) {
        if (from == null) {
            return null;
        }
        long id = from;
        Continuation<E> look = null;
        for (int round = 0; round < ROUNDS; round++) {
            look = journal.apply(id).orElse(null);
            if (look == null || look.events().isEmpty()) {
                return look;
            }
            Applied applied = guard.apply(look);
            Long reached = applied.id();
            if (reached == null || reached < look.end()) {
                return look; // held, or a gap in the key itself
            }
            id = reached;
        }
        return look;
    }

    /**
     * Replays the journals onto the live keys, as a writer does.
     *
     * @param retention how much history the live bars keep
     */
    LiveIds live(Names names, InstantSource clock, Duration retention) {
        return redis.with(names, "following the journals of " + names.symbol(), connection -> {
            Journals journals = new Journals(names);
            BookGuard book = BookGuard.live(names, clock);
            follow(
                    id(connection, names.live(Family.BOOK), Fields.LAST_UPDATE_ID),
                    id -> journals.diffsAfter(connection, id),
                    events -> book.apply(connection, events.events()));
            BarsGuard bars = BarsGuard.live(names, clock, retention);
            follow(
                    lower(
                            id(connection, names.live(Family.BARS_1S), Fields.LAST_TRADE_ID),
                            id(connection, names.live(Family.BARS_5S), Fields.LAST_TRADE_ID)),
                    id -> journals.tradesAfter(connection, id),
                    events -> bars.apply(connection, events.events()));
            connection.sendCommand(Command.HGET, names.live(Family.META), Fields.GEN);
            return new LiveIds(
                    Fields.text(Replies.textOrNull(connection.getOne())),
                    id(connection, names.live(Family.BOOK), Fields.LAST_UPDATE_ID),
                    lower(
                            id(connection, names.live(Family.BARS_1S), Fields.LAST_TRADE_ID),
                            id(connection, names.live(Family.BARS_5S), Fields.LAST_TRADE_ID)));
        });
    }

    private static @Nullable Long id(Connection connection, String key, String field) {
        connection.sendCommand(Command.HGET, key, field);
        String text = Replies.textOrNull(connection.getOne());
        return text == null || !Fields.isId(text) ? null : Long.valueOf(text);
    }

    private static @Nullable Long lower(@Nullable Long a, @Nullable Long b) {
        return a == null || b == null ? null : Long.valueOf(Math.min(a, b));
    }
}
