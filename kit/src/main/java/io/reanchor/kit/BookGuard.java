package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;

/** Applies depth updates to a symbol's book by {@code book.lua}. Immutable and thread-safe. */
public final class BookGuard {
    private static final Script SCRIPT = Script.named(BookGuard.class, "book");
    /** One call holds up everybody else on the server: about 10 ms at most. */
    private static final int LEVELS_A_CALL = 5_000;

    private static final int UPDATES_A_CALL = 500;

    private final List<String> keys;
    private final Fence fence;
    private final LiveJson json;

    private BookGuard(String book, Fence fence, LiveJson json) {
        this.keys = List.of(book, fence.key());
        this.fence = fence;
        this.json = json;
    }

    /** Of the live book. @param clock for the time that a gap was first seen */
    public static BookGuard live(Names names, InstantSource clock) {
        return new BookGuard(
                names.live(Family.BOOK), Fence.live(names, clock), LiveJson.of(names, List.of(Family.BOOK)));
    }

    /**
     * Of the staged book, as one load left it.
     *
     * @param token what the flag must hold
     * @param owner the load that must own the book
     * @param ttl what the book's time to live becomes at each call
     */
    public static BookGuard staged(Names names, String token, String owner, Duration ttl) {
        return new BookGuard(names.staged(Family.BOOK), Fence.staged(names, token, owner, ttl), LiveJson.NONE);
    }

    /**
     * Applies updates in this order, as far as they follow; without any, only says how the book stands ({@link Verdict#STALE}).
     * Many updates are sent in several calls, each whole.
     *
     * @throws redis.clients.jedis.exceptions.JedisException when Redis refuses, or isn't there: then what was applied is unknown
     */
    public Applied apply(Connection connection, List<DepthUpdate> updates) {
        Verdict verdict = Verdict.STALE;
        @Nullable Long id = null;
        int applied = 0;
        int at = 0;
        do {
            List<byte[]> arguments = fence.arguments();
            int levels = 0;
            int from = at;
            while (at < updates.size() && at - from < UPDATES_A_CALL && (at == from || levels < LEVELS_A_CALL)) {
                DepthUpdate update = updates.get(at++);
                levels += update.bids().size() + update.asks().size();
                add(update, arguments);
            }
            List<Object> reply = Replies.list(json.after(connection, SCRIPT, keys, arguments));
            Applied refused = Fence.refusal(reply);
            if (refused != null) {
                return new Applied(refused.verdict(), id, applied, refused.found());
            }
            Verdict said = Verdict.valueOf(Replies.text(reply.get(0)));
            id = Fence.id(reply.get(1));
            applied += Math.toIntExact(Replies.number(reply.get(3)));
            if (said != Verdict.APPLIED && said != Verdict.STALE) {
                return new Applied(said, id, applied, "");
            }
            verdict = applied > 0 ? Verdict.APPLIED : Verdict.STALE;
        } while (at < updates.size());
        return new Applied(verdict, id, applied, "");
    }

    private static void add(DepthUpdate update, List<byte[]> to) {
        to.add(Replies.bytes(update.firstUpdateId()));
        to.add(Replies.bytes(update.finalUpdateId()));
        to.add(Replies.bytes(update.eventTime()));
        to.add(Replies.bytes(update.bids().size() + update.asks().size()));
        add(Fields.BID, update.bids(), to);
        add(Fields.ASK, update.asks(), to);
    }

    private static void add(String side, PriceLevels levels, List<byte[]> to) {
        for (int i = 0; i < levels.size(); i++) {
            to.add(Replies.bytes(side + PackedDecimal.toString(levels.price(i))));
            to.add(Replies.bytes(PackedDecimal.toString(levels.quantity(i))));
        }
    }
}
