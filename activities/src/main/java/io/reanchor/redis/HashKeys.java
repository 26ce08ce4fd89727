package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.FailureTypes;
import java.util.List;
import java.util.function.Function;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Refuses keys of another type. Not even live ones are repaired: whatever they are, somebody else wrote them, and a cut-over would
 * rename them away for the sweep to free.
 */
final class HashKeys {
    /** Far above any honest key; reading more would only hurt the server and us. */
    private static final long MAX_FIELDS = 1_000_000;

    private HashKeys() {}

    /** @throws RedisStateException naming the key and what it is */
    static void require(Connection connection, Function<Family, String> name) {
        send(connection, Command.TYPE, name);
        requireHashes(Replies.all(connection, Family.values().length), name);
    }

    private static void send(Connection connection, Command command, Function<Family, String> name) {
        for (Family family : Family.values()) {
            connection.sendCommand(command, name.apply(family));
        }
    }

    private static void requireHashes(List<Object> types, Function<Family, String> name) {
        for (Family family : Family.values()) {
            String type = Replies.text(types.get(family.ordinal()));
            if (!type.equals("hash") && !type.equals("none")) {
                throw refused(name.apply(family), "a " + type, "a hash");
            }
        }
    }

    /** As {@link #require}, and of a size that can be read. */
    static void requireReadable(Connection connection, Function<Family, String> name) {
        send(connection, Command.TYPE, name);
        send(connection, Command.HLEN, name); // an error for another type, which TYPE tells better
        List<Object> types = connection.getMany(Family.values().length);
        List<Object> sizes = connection.getMany(Family.values().length);
        requireHashes(Replies.good(types), name);
        Replies.good(sizes);
        for (Family family : Family.values()) {
            Object size = sizes.get(family.ordinal());
            if (Replies.number(size) > MAX_FIELDS) {
                throw refused(name.apply(family), size + " fields", "at most " + MAX_FIELDS);
            }
        }
    }

    /**
     * Runs a script.
     *
     * @param keys the flag, then hashes
     * @throws RedisStateException naming the one that is something else, and what it is
     */
    static Object run(Script script, Connection connection, List<String> keys, List<byte[]> args) {
        try {
            return script.run(connection, keys, args);
        } catch (JedisDataException e) {
            throw explained(connection, keys, e);
        }
    }

    /**
     * What a script's WRONGTYPE means: the server doesn't say which key it is, so they are looked at.
     *
     * @param keys the flag, then hashes
     * @return the key and what it is; {@code e} itself when it is another error, or the key has its type again
     */
    static RuntimeException explained(Connection connection, List<String> keys, JedisDataException e) {
        if (RedisFailure.of(e) != RedisFailure.WRONG_TYPE) {
            return e;
        }
        keys.forEach(key -> connection.sendCommand(Command.TYPE, key));
        List<Object> types = Replies.all(connection, keys.size());
        for (int i = 0; i < keys.size(); i++) {
            String type = Replies.text(types.get(i));
            String expected = i == 0 ? "string" : "hash";
            if (!type.equals(expected) && !type.equals("none")) {
                return refused(keys.get(i), "a " + type, "a " + expected);
            }
        }
        return e;
    }

    private static RedisStateException refused(String key, String actual, String expected) {
        return new RedisStateException(
                FailureTypes.REDIS_REFUSED,
                false,
                "%s: found %s, expected %s. Trying again doesn't help: something else writes under that name; look with TYPE and HLEN, and remove it."
                        .formatted(key, actual, expected));
    }
}
