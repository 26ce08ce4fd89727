package io.reanchor.redis;

import io.reanchor.kit.Keyspace;
import io.reanchor.kit.wire.Replies;
import java.util.HashMap;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** Looks for flags and staged keys, of all symbols. */
final class UnfinishedWalk {
    private final RedisAccess redis;
    private final Keyspace keyspace;
    private final KeyWalk walk;

    UnfinishedWalk(RedisAccess redis, Keyspace keyspace, KeyWalk walk) {
        this.redis = redis;
        this.keyspace = keyspace;
        this.walk = walk;
    }

    Unfinished run() {
        Map<String, String> flags = new HashMap<>();
        for (String symbol : walk.symbols("looking for flags", keyspace.flagPattern(), keyspace::symbolOfFlag)) {
            Keyspace.Names names = keyspace.of(symbol);
            Object held = redis.with(names, "reading " + names.flag(), connection -> get(connection, names.flag()));
            if (held != null) { // it may be gone since
                flags.put(symbol, Replies.text(held));
            }
        }
        int staged = walk.keys("looking for staged keys", keyspace.stagedPattern(), keyspace::isStaged)
                .size();
        return new Unfinished(flags, staged);
    }

    private static Object get(Connection connection, String key) {
        connection.sendCommand(Command.GET, key);
        return connection.getOne();
    }
}
