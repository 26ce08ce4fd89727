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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Applies the journals to what is staged, or to what is live, in short rounds until nothing continues. By ids and by the guard scripts: whatever
 * comes twice or late changes nothing. A call is bounded: a feed that is faster would never let go.
 */
final class CatchUp {
    /** Of each journal, in one call: minutes of the busiest symbol there is. */
    static final int MOST_EVENTS = 50_000;

    /** After so many the clock is looked at again. */
    private static final int ROUND = 2_000;

    /** Of one call, which a cut-over may wait for. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final RedisAccess redis;
    private final RedisSettings settings;
    private final Clock clock;

    CatchUp(RedisAccess redis, RedisSettings settings, Clock clock) {
        this.redis = redis;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Brings the staged book and bars to the journals' end.
     *
     * @throws RedisStateException of type Fenced when flag or keys aren't as accepted; NotCovered when a journal has a hole behind what is
     *     staged, so that only a newer snapshot gets past it
     */
    CaughtUp staged(Names names, Token token, StagedKey book, StagedKey bars) {
        Duration ttl = settings.lifetimes().staged();
        return redis.with(names, "catching up what is staged for " + names.symbol(), connection -> {
            Journals journals = new Journals(names);
            Call call = new Call(clock.instant().plus(LONGEST));
            BookGuard bookGuard = BookGuard.staged(names, token.value(), book.owner(), ttl);
            Continuation<DepthUpdate> left = call.follow(
                    names.diffs(),
                    reached(connection, Fields.LAST_UPDATE_ID, book, names.staged(Family.BOOK)),
                    id -> journals.diffsAfter(connection, id),
                    events -> accepted(names, token, book, bookGuard.apply(connection, events)));
            requireWhole(names, names.diffs(), "update", left);
            BarsGuard barsGuard = BarsGuard.staged(names, token.value(), bars.owner(), ttl);
            Continuation<Trade> leftTrades = call.follow(
                    names.trades(),
                    reached(
                            connection,
                            Fields.LAST_TRADE_ID,
                            bars,
                            names.staged(Family.BARS_1S),
                            names.staged(Family.BARS_5S)),
                    id -> journals.tradesAfter(connection, id),
                    events -> accepted(names, token, bars, barsGuard.apply(connection, events)));
            requireWhole(names, names.trades(), "trade", leftTrades);
            return call.caughtUp();
        });
    }

    /**
     * Where the load's own keys are by now, so that what they have isn't read again and may have been trimmed: by far most of it, once a
     * cut-over has been postponed for a while. The guard still decides whose they are.
     */
    private static @Nullable Long reached(Connection connection, String field, StagedKey accepted, String... keys) {
        Long reached = null;
        for (String key : keys) {
            connection.sendCommand(Command.HMGET, key, Fields.OWNER, field);
        }
        for (Object reply : Replies.all(connection, keys.length)) {
            List<Object> found = Replies.list(reply);
            String id = Replies.textOrNull(found.get(1));
            if (!accepted.owner().equals(Replies.textOrNull(found.get(0))) || id == null || !Fields.isId(id)) {
                return accepted.id();
            }
            reached = reached == null ? Long.valueOf(id) : lower(reached, Long.valueOf(id));
        }
        return accepted.id() == null ? null : reached;
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

    /** One call, of both journals. */
    private final class Call {
        private final Instant until;
        private final List<String> unreadable = new ArrayList<>();
        private final List<String> left = new ArrayList<>();

        Call(Instant until) {
            this.until = until;
        }

        CaughtUp caughtUp() {
            return new CaughtUp(unreadable, left);
        }

        /** @return what was left at the last look, null when there is no journal, or nothing that it could continue */
        <E> @Nullable Continuation<E> follow(
                String journal,
                @Nullable Long from,
                LongFunction<Optional<Continuation<E>>> after,
                Function<List<E>, Applied> guard) {
            if (from == null) {
                return null;
            }
            long id = from;
            int applied = 0;
            while (true) {
                Continuation<E> look = after.apply(id).orElse(null);
                if (look == null) {
                    return null;
                }
                if (look.unreadable() != null && !unreadable.contains(look.unreadable())) {
                    unreadable.add(look.unreadable());
                }
                for (int at = 0; at < look.events().size(); at += ROUND) {
                    if (applied >= MOST_EVENTS || clock.instant().isAfter(until)) {
                        left.add("%s goes on to %d, it was followed to %d: more than %d events or %d ms of it at once"
                                .formatted(journal, look.end(), id, MOST_EVENTS, LONGEST.toMillis()));
                        return look;
                    }
                    List<E> round =
                            look.events().subList(at, Math.min(look.events().size(), at + ROUND));
                    Long reached = guard.apply(round).id();
                    applied += round.size();
                    if (reached == null || reached <= id) {
                        return look; // held, or a gap in the key itself
                    }
                    id = reached;
                }
                if (look.events().isEmpty()) {
                    return look;
                }
            }
        }
    }

    /**
     * Replays the journals onto the live keys, as a writer does.
     *
     * @param retention how much history the live bars keep
     */
    Reached live(Names names, Duration retention) {
        return redis.with(names, "following the journals of " + names.symbol(), connection -> {
            Journals journals = new Journals(names);
            Call call = new Call(clock.instant().plus(LONGEST));
            BookGuard book = BookGuard.live(names, clock);
            call.follow(
                    names.diffs(),
                    id(connection, names.live(Family.BOOK), Fields.LAST_UPDATE_ID),
                    id -> journals.diffsAfter(connection, id),
                    events -> book.apply(connection, events));
            BarsGuard bars = BarsGuard.live(names, clock, retention);
            call.follow(
                    names.trades(),
                    lower(
                            id(connection, names.live(Family.BARS_1S), Fields.LAST_TRADE_ID),
                            id(connection, names.live(Family.BARS_5S), Fields.LAST_TRADE_ID)),
                    id -> journals.tradesAfter(connection, id),
                    events -> bars.apply(connection, events));
            connection.sendCommand(Command.HGET, names.live(Family.META), Fields.GEN);
            LiveIds ids = new LiveIds(
                    Fields.text(Replies.textOrNull(connection.getOne())),
                    id(connection, names.live(Family.BOOK), Fields.LAST_UPDATE_ID),
                    lower(
                            id(connection, names.live(Family.BARS_1S), Fields.LAST_TRADE_ID),
                            id(connection, names.live(Family.BARS_5S), Fields.LAST_TRADE_ID)));
            return new Reached(ids, call.caughtUp());
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
