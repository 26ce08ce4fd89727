package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * All that a cut-over looks at, read under WATCH in one round trip: a change of any of it from here on aborts the transaction.
 *
 * @param flag what the flag holds, or null
 * @param receipt the live receipt's fields that tell whose cut-overs happened, as far as there
 * @param generation the live generation, empty for none
 * @param liveIds ids of the live book and bars, null where there is none
 * @param staged the staged hashes
 * @param meta the staged receipt
 */
record Watched(
        @Nullable String flag,
        Map<String, String> receipt,
        String generation,
        Map<Family, @Nullable String> liveIds,
        Map<Family, Key> staged,
        Map<String, String> meta) {

    private static final List<Family> WITH_ID = List.of(Family.BOOK, Family.BARS_1S, Family.BARS_5S);
    private static final List<Family> SEALED = List.of(Family.BOOK, Family.BARS_1S, Family.BARS_5S, Family.FEATURES);

    /** A staged hash's bookkeeping; {@code of} names what features were made of. */
    record Key(String type, long fields, String owner, String seq, String gen, String id, List<String> of) {}

    /** @throws RedisStateException naming a key that has become something else since the seal */
    static Watched read(Connection connection, Names names) {
        List<String> read = new ArrayList<>(List.of(names.flag(), names.live(Family.META)));
        read.addAll(names.allStaged());
        WITH_ID.forEach(family -> read.add(names.live(family)));
        List<String> keys = new ArrayList<>(read);
        keys.add(names.hold());
        connection.sendCommand(Command.WATCH, keys.toArray(String[]::new));
        connection.sendCommand(Command.GET, names.flag());
        Receipt.ask(connection, names);
        connection.sendCommand(Command.HGET, names.live(Family.BOOK), Fields.GEN);
        for (Family family : WITH_ID) {
            connection.sendCommand(Command.HGET, names.live(family), idField(family));
        }
        for (Family family : SEALED) {
            String key = names.staged(family);
            connection.sendCommand(Command.TYPE, key);
            connection.sendCommand(Command.HLEN, key);
            connection.sendCommand(
                    Command.HMGET,
                    key,
                    Fields.OWNER,
                    Fields.SEQ,
                    Fields.GEN,
                    idField(family),
                    Fields.OF_BOOK,
                    Fields.OF_BARS_1S,
                    Fields.OF_BARS_5S);
        }
        connection.sendCommand(Command.HGETALL, names.staged(Family.META));

        Iterator<Object> replies;
        try {
            replies = Replies.all(connection, 1 + 3 + WITH_ID.size() + 3 * SEALED.size() + 1)
                    .iterator();
        } catch (JedisDataException e) {
            throw HashKeys.explained(connection, read, e);
        }
        replies.next();
        String flag = Replies.textOrNull(replies.next());
        Map<String, String> found = Receipt.answered(replies.next());
        String bookGen = Fields.text(Replies.textOrNull(replies.next()));
        Map<Family, @Nullable String> liveIds = new EnumMap<>(Family.class);
        for (Family family : WITH_ID) {
            liveIds.put(family, Replies.textOrNull(replies.next()));
        }
        Map<Family, Key> staged = new EnumMap<>(Family.class);
        for (Family family : SEALED) {
            String type = Replies.text(replies.next());
            long fields = Replies.number(replies.next());
            List<String> is = Replies.list(replies.next()).stream()
                    .map(Replies::textOrNull)
                    .map(Fields::text)
                    .toList();
            staged.put(family, new Key(type, fields, is.get(0), is.get(1), is.get(2), is.get(3), is.subList(4, 7)));
        }
        String metaGen = found.getOrDefault(Fields.GEN, "");
        return new Watched(
                flag,
                found,
                metaGen.isEmpty() ? bookGen : metaGen,
                liveIds,
                staged,
                Replies.map(Replies.list(replies.next()), 0));
    }

    /** Whether the features lack the stamp of the seal: a late attempt to stage them came in between, of the same content or not. */
    boolean lostSeal(Token token, Generation next) {
        Key features = staged.get(Family.FEATURES);
        return token.value().equals(flag)
                && features != null
                && features.gen().isEmpty()
                && meta.getOrDefault(Fields.GEN, "").equals(next.toString());
    }

    private static String idField(Family family) {
        return switch (family) {
            case BOOK -> Fields.LAST_UPDATE_ID;
            case BARS_1S, BARS_5S -> Fields.LAST_TRADE_ID;
            case FEATURES, META -> "id";
        };
    }
}
