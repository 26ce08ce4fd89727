package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.util.List;
import java.util.TreeSet;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** Frees replaced state whose retention is over. */
final class Sweep {
    private static final Script SWEEP = Script.named(Sweep.class, "sweep");
    private static final String PAGE = "1000";

    private final RedisAccess redis;
    private final RedisSettings settings;

    Sweep(RedisAccess redis, RedisSettings settings) {
        this.redis = redis;
        this.settings = settings;
    }

    /** @return the keys freed */
    List<String> run(Names names) {
        List<Object> freed = redis.with(
                names,
                "sweeping " + names.symbol(),
                connection -> Replies.list(SWEEP.run(
                        connection,
                        names.allOld(),
                        List.of(Replies.bytes(settings.lifetimes().backstop().toMillis())))));
        return freed.stream().map(Replies::text).toList();
    }

    /** The symbols of which replaced state is there; walks the whole keyspace in small steps. */
    List<String> symbols() {
        String what = "looking for replaced state";
        TreeSet<String> symbols = new TreeSet<>();
        for (HostAndPort primary : redis.primaries(what)) {
            for (Family family : Family.values()) {
                String cursor = "0";
                do {
                    String from = cursor;
                    List<Object> page = redis.withPrimary(primary, what, connection -> scan(connection, family, from));
                    for (Object key : Replies.list(page.get(1))) {
                        settings.keyspace()
                                .symbolOfOld(family, Replies.text(key))
                                .ifPresent(symbols::add);
                    }
                    cursor = Replies.text(page.get(0));
                } while (!cursor.equals("0"));
            }
        }
        return List.copyOf(symbols);
    }

    private List<Object> scan(Connection connection, Family family, String cursor) {
        connection.sendCommand(
                Command.SCAN, cursor, "MATCH", settings.keyspace().oldPattern(family), "COUNT", PAGE);
        return Replies.list(connection.getOne());
    }
}
