package io.reanchor.redis;

import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Asks the server, by ACL DRYRUN, whether this user may do all that a recovery does: a right that lacks is named before a recovery
 * needs it. Servers before 7.0 can't be asked.
 */
final class RedisRights {
    private static final String SYMBOL = "PREFLIGHT";

    private RedisRights() {}

    /** What the server says of each right that lacks, most telling first; empty when none does, or when it can't be asked. */
    static List<String> lacking(Connection connection, Keyspace keyspace) {
        List<List<String>> needed = needed(keyspace.of(SYMBOL));
        try {
            connection.sendCommand(Command.ACL, "WHOAMI");
            String user = Replies.text(connection.getOne());
            for (List<String> command : needed) {
                List<String> dry = new ArrayList<>(List.of("DRYRUN", user));
                dry.addAll(command);
                connection.sendCommand(Command.ACL, dry.toArray(String[]::new));
            }
        } catch (JedisDataException e) {
            return List.of(); // may not even ask
        }
        List<String> lacking = new ArrayList<>();
        for (Object reply : connection.getMany(needed.size())) {
            if (reply instanceof JedisDataException) {
                return List.of(); // no DRYRUN here, or no right to it
            }
            String answer = Replies.text(reply);
            if (!answer.equals("OK")) {
                lacking.add(answer);
            }
        }
        return lacking.stream().distinct().toList();
    }

    /** Each command once, and each name that a recovery may touch. */
    private static List<List<String>> needed(Names names) {
        String flag = names.flag();
        String book = names.live(Family.BOOK);
        String staged = names.staged(Family.BOOK);
        String old = names.old(Family.BOOK);
        List<List<String>> needed = new ArrayList<>(List.of(
                List.of("WATCH", flag),
                List.of("UNWATCH"),
                List.of("MULTI"),
                List.of("EXEC"),
                List.of("GET", flag),
                List.of("SET", flag, "v", "PX", "1"),
                List.of("TYPE", book),
                List.of("HLEN", book),
                List.of("HGET", book, "f"),
                List.of("HMGET", book, "f"),
                List.of("HGETALL", book),
                List.of("HSCAN", book, "0"),
                List.of("HSET", staged, "f", "v"),
                List.of("HDEL", staged, "f"),
                List.of("HSETNX", book, "f", "v"),
                List.of("EXISTS", names.hold()),
                List.of("XRANGE", names.diffs(), "-", "+"),
                List.of("XREVRANGE", names.trades(), "+", "-"),
                List.of("XADD", Events.KEY, "*", "f", "v"),
                List.of("XREVRANGE", Events.KEY, "+", "-"),
                List.of("TIME"),
                List.of("RENAME", book, old),
                List.of("RENAME", staged, book),
                List.of("PERSIST", staged),
                List.of("PEXPIRE", old, "1"),
                List.of("PTTL", old),
                List.of("UNLINK", old),
                List.of("PUBLISH", names.channel(), "m"),
                List.of("EVAL", "return 0", "0"),
                List.of("EVALSHA", "0", "0"),
                List.of("SCAN", "0"),
                List.of("WAIT", "0", "1")));
        List<String> all = new ArrayList<>(List.of("DEL", flag, names.hold()));
        for (Family family : Family.values()) {
            all.addAll(List.of(names.live(family), names.staged(family), names.old(family)));
            names.json(family).ifPresent(json -> {
                all.add(json);
                needed.add(List.of("HKEYS", names.live(family)));
                needed.add(List.of("GETRANGE", json, "0", "1"));
            });
        }
        needed.add(all);
        return needed;
    }
}
