package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Writes one symbol's live order book. Several writers of one symbol, here or elsewhere, don't harm each other: the book itself knows how far it
 * is. Thread-safe; keeps one connection, made when needed. To be closed.
 */
public final class LiveBookWriter extends LiveWriter<DepthUpdate> {
    private final BookGuard guard;
    private final String book;
    private final BookResync resync;

    private LiveBookWriter(
            Connections connections, Names names, @Nullable Journal<DepthUpdate> journal, InstantSource clock) {
        super(connections, EventKind.DEPTH_UPDATE, names, List.of(Family.BOOK), journal, clock);
        this.guard = BookGuard.live(names, clock);
        this.book = names.live(Family.BOOK);
        this.resync = new BookResync(names);
    }

    /** One that appends every update to the journal before it applies it, and goes on from there after a gap or a restart. */
    public static LiveBookWriter withJournal(
            Connections connections, Names names, Journal<DepthUpdate> journal, InstantSource clock) {
        return new LiveBookWriter(connections, names, journal, clock);
    }

    /** One that keeps what it can't apply in memory, and tries it again. What it keeps when it ends is lost. */
    public static LiveBookWriter withoutJournal(Connections connections, Names names, InstantSource clock) {
        return new LiveBookWriter(connections, names, null, clock);
    }

    /**
     * Puts a book of the caller's own, from a snapshot, in the place of the live one: whole, only forwards, keeping {@code gen}; then goes on
     * from there with what is in the journal, or was kept. Where the service recovers, nobody needs this.
     *
     * @return how the book stands; {@code HELD} and {@code UNKNOWN}: nothing was done, or it isn't known, and doing it again does no harm; a book
     *     that is older than the live one changes nothing
     */
    public WriteOutcome resync(OrderBook book) {
        return after(on -> resync.run(on, book));
    }

    @Override
    Applied apply(Connection on, List<DepthUpdate> updates) {
        return guard.apply(on, updates);
    }

    @Override
    @Nullable
    Long id(Connection on) {
        on.sendCommand(Command.HGET, book, Fields.LAST_UPDATE_ID);
        String id = Replies.textOrNull(on.getOne());
        return id == null || !Fields.isId(id) ? null : Long.valueOf(id);
    }
}
