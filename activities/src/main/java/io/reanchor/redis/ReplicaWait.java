package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.Replication;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Asks how many replicas have what was written. WAIT counts the writes of its own connection only: on a fresh one it answers at once, for
 * nothing (7.0.15 is content with a read before it; only a write is promised to do). Whatever goes wrong in here, what was done is done: so nothing is thrown, it is told as unknown.
 */
final class ReplicaWait {
    private static final Script TOUCH = Script.named(ReplicaWait.class, "touch");

    private final RedisSettings settings;
    private final Clock clock;

    ReplicaWait(RedisSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** After a write on this very connection. @return null when no replicas are asked for */
    @Nullable
    Replication after(Connection connection) {
        int asked = settings.replicas().count();
        if (asked == 0) {
            return null;
        }
        try {
            return ask(connection, asked);
        } catch (JedisException e) {
            return new Replication(asked, null, String.valueOf(e.getMessage()));
        }
    }

    /** On a connection that perhaps wrote nothing: something of no consequence is written first. */
    @Nullable
    Replication afterLook(Connection connection, Names names, Token token) {
        int asked = settings.replicas().count();
        if (asked == 0) {
            return null;
        }
        try {
            Object wrote = TOUCH.run(
                    connection,
                    List.of(names.live(Family.META), names.hold()),
                    List.of(Replies.bytes(token.value()), Replies.bytes(clock.millis())));
            return Replies.number(wrote) == 1
                    ? ask(connection, asked)
                    : new Replication(asked, null, names.hold() + " stands, so there was nothing to write");
        } catch (JedisException e) {
            return new Replication(asked, null, String.valueOf(e.getMessage()));
        }
    }

    /** Its reply takes as long as WAIT may, and then as long as any other. */
    private Replication ask(Connection connection, int asked) {
        int others = connection.getSoTimeout();
        long limit = settings.replicas().timeout().toMillis();
        connection.setSoTimeout(Math.toIntExact(limit + others));
        connection.sendCommand(Command.WAIT, Integer.toString(asked), Long.toString(limit));
        int reached = Math.toIntExact(Replies.number(connection.getOne()));
        connection.setSoTimeout(others);
        return new Replication(asked, reached, null);
    }
}
