package io.reanchor.redis;

import io.reanchor.redis.Keyspace.Family;
import io.reanchor.redis.Keyspace.Names;
import io.reanchor.workflow.FailureTypes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads all keys of a symbol in one transaction: they are of one moment. */
final class StateReader {
    /** Far above any honest key; reading more would only hurt the server and us. */
    private static final long MAX_FIELDS = 1_000_000;

    private final RedisAccess redis;

    StateReader(RedisAccess redis) {
        this.redis = redis;
    }

    MarketView staged(Names names) {
        return read("reading what is staged for " + names.symbol(), names::staged);
    }

    MarketView live(Names names) {
        return read("reading the live keys of " + names.symbol(), names::live);
    }

    private MarketView read(String what, Function<Family, String> name) {
        Map<Family, HashContent> keys = redis.with(what, connection -> {
            requireHashes(connection, name);
            List<Object> contents = inOneTransaction(connection, name);
            Map<Family, HashContent> hashes = new EnumMap<>(Family.class);
            for (Family family : Family.values()) {
                hashes.put(family, new HashContent(name.apply(family), Replies.list(contents.get(family.ordinal()))));
            }
            return hashes;
        });
        return new MarketView(
                of(keys, Family.BOOK).book(),
                of(keys, Family.BARS_1S).bars(),
                of(keys, Family.BARS_5S).bars(),
                of(keys, Family.FEATURES).features(),
                of(keys, Family.META).text());
    }

    private static HashContent of(Map<Family, HashContent> keys, Family family) {
        return Objects.requireNonNull(keys.get(family));
    }

    private static void requireHashes(Connection connection, Function<Family, String> name) {
        for (Family family : Family.values()) {
            connection.sendCommand(Command.TYPE, name.apply(family));
            connection.sendCommand(Command.HLEN, name.apply(family));
        }
        List<Object> replies = connection.getMany(2 * Family.values().length);
        for (Family family : Family.values()) {
            String key = name.apply(family);
            if (replies.get(2 * family.ordinal()) instanceof JedisDataException e) {
                throw e; // not even TYPE is answered: it loads, or rights are missing
            }
            String type = Replies.text(replies.get(2 * family.ordinal()));
            if (!type.equals("hash") && !type.equals("none")) {
                throw refused(key, "a " + type, "a hash");
            }
            if (Replies.number(replies.get(2 * family.ordinal() + 1)) > MAX_FIELDS) {
                throw refused(key, replies.get(2 * family.ordinal() + 1) + " fields", "at most " + MAX_FIELDS);
            }
        }
    }

    private static List<Object> inOneTransaction(Connection connection, Function<Family, String> name) {
        connection.sendCommand(Command.MULTI);
        for (Family family : Family.values()) {
            connection.sendCommand(Command.HGETALL, name.apply(family));
        }
        connection.sendCommand(Command.EXEC);
        List<Object> replies = Replies.all(connection, Family.values().length + 2);
        List<Object> contents = Replies.list(replies.get(replies.size() - 1));
        for (Object content : contents) {
            if (content instanceof JedisDataException e) {
                throw e;
            }
        }
        return contents;
    }

    LiveIds liveIds(Names names) {
        List<Object> ids = redis.with("looking at the live keys of " + names.symbol(), connection -> {
            connection.sendCommand(Command.MULTI);
            connection.sendCommand(Command.HGET, names.live(Family.META), Fields.GEN);
            connection.sendCommand(Command.HMGET, names.live(Family.BOOK), Fields.GEN, Fields.LAST_UPDATE_ID);
            connection.sendCommand(Command.HGET, names.live(Family.BARS_1S), Fields.LAST_TRADE_ID);
            connection.sendCommand(Command.HGET, names.live(Family.BARS_5S), Fields.LAST_TRADE_ID);
            connection.sendCommand(Command.EXEC);
            List<Object> contents =
                    new ArrayList<>(Replies.list(Replies.all(connection, 6).get(5)));
            for (Object content : contents) {
                if (content instanceof JedisDataException e) {
                    throw e;
                }
            }
            return contents;
        });
        List<Object> book = Replies.list(ids.get(1));
        String metaGen = Fields.text(Replies.textOrNull(ids.get(0)));
        String gen = metaGen.isEmpty() ? Fields.text(Replies.textOrNull(book.get(0))) : metaGen;
        Generation.number(names.live(metaGen.isEmpty() ? Family.BOOK : Family.META), gen); // or nothing could follow it
        return new LiveIds(
                gen,
                id(names.live(Family.BOOK), Fields.LAST_UPDATE_ID, book.get(1)),
                higher(
                        id(names.live(Family.BARS_1S), Fields.LAST_TRADE_ID, ids.get(2)),
                        id(names.live(Family.BARS_5S), Fields.LAST_TRADE_ID, ids.get(3))));
    }

    private static @Nullable Long id(String key, String field, @Nullable Object reply) {
        String text = Replies.textOrNull(reply);
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw refused(key, field + " \"" + Fenced.shortened(text) + "\"", "a whole number");
        }
        return Long.valueOf(text);
    }

    private static @Nullable Long higher(@Nullable Long a, @Nullable Long b) {
        return a == null ? b : b == null || a > b ? a : b;
    }

    private static RedisStateException refused(String key, String actual, String expected) {
        return new RedisStateException(
                FailureTypes.REDIS_REFUSED,
                false,
                "%s: found %s, expected %s. Trying again doesn't help: something else writes under that name; look with TYPE and HLEN, and remove it."
                        .formatted(key, actual, expected));
    }
}
