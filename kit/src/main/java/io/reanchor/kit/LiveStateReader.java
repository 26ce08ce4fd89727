package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Reads one symbol's live state: all keys at one instant, in one round trip. Thread-safe, one read at a time; keeps one connection, made when
 * needed, and made anew once when it turns out to be broken. To be closed.
 */
public final class LiveStateReader implements AutoCloseable {
    private static final Script READ = Script.named(LiveStateReader.class, "read");

    private final Connections connections;
    private final Names names;
    private final List<String> keys = new ArrayList<>();
    private @Nullable Connection connection;

    public LiveStateReader(Connections connections, Names names) {
        this.connections = connections;
        this.names = names;
        for (Family family : Family.values()) {
            keys.add(names.live(family));
        }
        keys.add(names.flag());
    }

    /**
     * All of it. Of a day of bars that is a lot for the server: see {@link #readRecent}.
     *
     * @throws UnreadableStateException when a key holds what it can't
     * @throws JedisException when Redis isn't there, or refuses
     */
    public LiveState read() {
        return read("");
    }

    /** As {@link #read}, with bars only from this long before the book's event time on. */
    public LiveState readRecent(Duration bars) {
        if (bars.isNegative()) {
            throw new IllegalArgumentException("bars of the last " + bars + ": expected a span of time");
        }
        return read(Long.toString(bars.toMillis()));
    }

    private LiveState read(String span) {
        List<Object> reply = Replies.list(with(on -> READ.run(on, keys, List.of(Replies.bytes(span)))));
        return new StateParser(names, reply).state();
    }

    /** The live generation, empty before the first cut-over: cheap, and another one tells that everything changed. */
    public String generation() {
        return Fields.text(with(on -> {
            on.sendCommand(Command.HGET, names.live(Family.META), Fields.GEN);
            return Fields.text(Replies.textOrNull(on.getOne()));
        }));
    }

    private synchronized Object with(Function<Connection, Object> read) {
        boolean kept = connection != null;
        try {
            return once(read);
        } catch (JedisConnectionException | JedisRedirectionException e) {
            if (!kept) {
                throw e;
            }
            // The server may have closed it long ago, or the slot has moved; reading twice does no harm.
            return once(read);
        }
    }

    private Object once(Function<Connection, Object> read) {
        Connection on = connection;
        try {
            if (on == null) {
                on = connections.open(names.flag());
                connection = on;
            }
            return read.apply(on);
        } catch (JedisException e) {
            close();
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        Connection on = connection;
        connection = null;
        if (on != null) {
            on.close();
        }
    }
}
