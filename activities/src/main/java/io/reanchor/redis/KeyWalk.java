package io.reanchor.redis;

import io.reanchor.kit.wire.Replies;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** Walks the keys of every primary in small steps; what comes or goes meanwhile may be missed. */
final class KeyWalk {
    private static final String PAGE = "1000";

    private final RedisAccess redis;

    KeyWalk(RedisAccess redis) {
        this.redis = redis;
    }

    /** @return the symbols that keys of the pattern belong to, in alphabetical order */
    Set<String> symbols(String what, String pattern, Function<String, Optional<String>> symbolOf) {
        TreeSet<String> symbols = new TreeSet<>();
        walk(what, pattern, key -> symbolOf.apply(key).ifPresent(symbols::add));
        return symbols;
    }

    /** @return the keys of the pattern that pass; SCAN may name one twice, this doesn't */
    Set<String> keys(String what, String pattern, Predicate<String> wanted) {
        TreeSet<String> keys = new TreeSet<>();
        walk(what, pattern, key -> {
            if (wanted.test(key)) {
                keys.add(key);
            }
        });
        return keys;
    }

    private void walk(String what, String pattern, Consumer<String> seen) {
        for (HostAndPort primary : redis.primaries(what)) {
            String cursor = "0";
            do {
                String from = cursor;
                List<Object> page = redis.withPrimary(primary, what, connection -> scan(connection, pattern, from));
                for (Object key : Replies.list(page.get(1))) {
                    seen.accept(Replies.text(key));
                }
                cursor = Replies.text(page.get(0));
            } while (!cursor.equals("0"));
        }
    }

    private static List<Object> scan(Connection connection, String pattern, String cursor) {
        connection.sendCommand(Command.SCAN, cursor, "MATCH", pattern, "COUNT", PAGE);
        return Replies.list(connection.getOne());
    }
}
