package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * A symbol's journal: a Redis stream to which its writers append every raw event, before anything else is done with it. Entries are by
 * arrival, not by ids: two writers interleave, and repeat each other. Old ones are trimmed by their time. Thread-safe.
 *
 * <p>{@code diff:S} has the fields {@code U}, {@code u}, {@code E}, and {@code b} and {@code a}: prices and quantities in turns, between
 * blanks. {@code trades:S} has {@code id}, {@code p}, {@code q}, {@code T}, and {@code m}: whether the buyer is the maker.
 */
public final class Journal<E> {
    private final EventKind<E> kind;
    private final String key;
    private final long retention;
    /** The server's clock, as the id of what was appended last tells it. */
    private volatile long serverTime;

    private Journal(EventKind<E> kind, Names names, Duration retention) {
        if (retention.toMillis() < 1) {
            throw new IllegalArgumentException("a journal's retention must be positive, not " + retention);
        }
        this.kind = kind;
        this.key = kind.key(names);
        this.retention = retention.toMillis();
    }

    /** Of depth updates. @param retention how old entries may become, by the server's clock */
    public static Journal<DepthUpdate> diffs(Names names, Duration retention) {
        return new Journal<>(EventKind.DEPTH_UPDATE, names, retention);
    }

    /** Of raw trades. @param retention how old entries may become, by the server's clock */
    public static Journal<Trade> trades(Names names, Duration retention) {
        return new Journal<>(EventKind.TRADE, names, retention);
    }

    /** The stream's key. */
    public String key() {
        return key;
    }

    EventKind<E> kind() {
        return kind;
    }

    /**
     * Appends events in one round trip.
     *
     * @throws redis.clients.jedis.exceptions.JedisException when Redis refuses, or isn't there: then what was appended is unknown, and
     *     appending it again does no harm
     */
    public void append(Connection connection, List<E> events) {
        for (E event : events) {
            List<byte[]> arguments = new ArrayList<>();
            arguments.add(Replies.bytes(key));
            if (serverTime > retention) {
                arguments.add(Replies.bytes("MINID"));
                arguments.add(Replies.bytes("~"));
                arguments.add(Replies.bytes(serverTime - retention));
            }
            arguments.add(Replies.bytes("*"));
            kind.fields(event).forEach((name, value) -> {
                arguments.add(Replies.bytes(name));
                arguments.add(Replies.bytes(value));
            });
            connection.sendCommand(Command.XADD, arguments.toArray(byte[][]::new));
        }
        for (Object id : Replies.all(connection, events.size())) {
            String text = Replies.text(id);
            serverTime = Long.parseLong(text.substring(0, text.indexOf('-')));
        }
    }

    /** An event as an entry's fields. */
    public Map<String, String> fields(E event) {
        return kind.fields(event);
    }

    /** The event of an entry's fields. @throws RuntimeException saying what is wrong with them */
    public E event(Map<String, String> fields) {
        return kind.parse(fields);
    }

    /** A follower of its own. */
    public JournalTail<E> tail() {
        return new JournalTail<>(kind, key);
    }
}
