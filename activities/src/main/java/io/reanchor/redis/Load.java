package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Loads staged hashes in pipelined chunks. The first write takes the keys, each later one needs its predecessor; so whatever
 * comes late, twice or out of order is refused by Redis itself.
 */
final class Load {
    private static final Script TAKE = Script.named(Load.class, "take");
    private static final Script WRITE = Script.named(Load.class, "write");
    /** Chunks in flight before their replies are read: bounds memory, and how late a lost fence is noticed. */
    private static final int WINDOW = 8;

    private final RedisSettings settings;
    private final Names names;
    private final Owner owner;
    private final LongConsumer progress;
    private List<String> keys = List.of();
    private int inFlight;
    private boolean known;

    Load(RedisSettings settings, Names names, Owner owner, LongConsumer progress) {
        this.settings = settings;
        this.names = names;
        this.owner = owner;
        this.progress = progress;
    }

    /** The content of a staged hash: fields and values by index. */
    interface Content {
        int size();

        /** Adds the field and its value. */
        void add(int index, List<byte[]> to);
    }

    /** What stands in a key after its last write. */
    record Loaded(long seq, long fields) {}

    /**
     * Takes the keys and fills them.
     *
     * @param contents by key, in the order in which they are written
     * @param header fields that every key gets
     */
    List<Loaded> run(Connection connection, Map<String, Content> contents, Map<String, String> header) {
        keys = Stream.concat(Stream.of(names.flag()), contents.keySet().stream())
                .toList();
        List<byte[]> args = new ArrayList<>(List.of(
                Replies.bytes(owner.token().value()),
                Replies.bytes(owner.n()),
                Replies.bytes(settings.lifetimes().staged().toMillis())));
        header.forEach((field, value) -> {
            args.add(Replies.bytes(field));
            args.add(Replies.bytes(value));
        });
        TAKE.sendSource(connection, keys, args);
        inFlight = 1;
        List<Loaded> loaded = new ArrayList<>();
        long written = 0;
        for (Map.Entry<String, Content> entry : contents.entrySet()) {
            loaded.add(fill(connection, entry.getKey(), entry.getValue(), header.size() + 2L, written));
            written += entry.getValue().size();
        }
        return loaded;
    }

    private Loaded fill(Connection connection, String key, Content content, long headerFields, long before) {
        List<String> written = List.of(names.flag(), key);
        byte[] token = Replies.bytes(owner.token().value());
        byte[] ownerText = Replies.bytes(owner.toString());
        byte[] ttl = Replies.bytes(settings.lifetimes().staged().toMillis());
        long seq = 1;
        long fields = headerFields;
        for (int from = 0; from < content.size(); from += settings.chunk()) {
            int to = Math.min(content.size(), from + settings.chunk());
            List<byte[]> args = new ArrayList<>(4 + 2 * (to - from));
            args.add(token);
            args.add(ownerText);
            args.add(Replies.bytes(++seq));
            args.add(ttl);
            for (int i = from; i < to; i++) {
                content.add(i, args);
            }
            send(connection, written, args);
            if (++inFlight >= WINDOW || to == content.size()) {
                fields = drain(connection, seq);
                progress.accept(before + to);
            }
        }
        if (content.size() == 0) {
            drain(connection, seq);
        }
        return new Loaded(seq, fields);
    }

    /** The first one brings the text along, so none is unknown to the server. */
    private void send(Connection connection, List<String> keys, List<byte[]> args) {
        if (known) {
            WRITE.send(connection, keys, args);
        } else {
            WRITE.sendSource(connection, keys, args);
            known = true;
        }
    }

    private long drain(Connection connection, long seq) {
        if (inFlight == 0) {
            return 0;
        }
        List<Object> replies;
        try {
            replies = Replies.all(connection, inFlight);
        } catch (JedisDataException e) {
            throw HashKeys.explained(connection, keys, e);
        }
        inFlight = 0;
        for (Object reply : replies) {
            Fenced.check(reply, names, owner.token(), "owner " + owner + " up to seq " + (seq - 1));
        }
        Object last = replies.get(replies.size() - 1);
        return last instanceof Long fields ? fields : 0;
    }
}
