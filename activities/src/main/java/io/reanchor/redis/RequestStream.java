package io.reanchor.redis;

import io.reanchor.kit.wire.Replies;
import io.reanchor.market.OneLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The stream {@value #KEY}: reports of gaps by those who have no Temporal client. One consumer group reads it, all workers together. At least once: an entry that its
 * reader didn't finish with is given to another one after {@link #ABANDONED}; what is made of an entry must bear being made twice. What can't be read
 * ends in {@value #DEAD}. Thread-safe.
 */
public final class RequestStream {
    public static final String KEY = "reanchor:requests";
    public static final String DEAD = "reanchor:requests:dead";

    /** After so long without a word from its reader an entry is another's. */
    public static final Duration ABANDONED = Duration.ofSeconds(5);

    private static final String GROUP = "reanchor";
    private static final String MANY = "16";
    private static final String DEAD_KEPT = "10000";

    private final RedisAccess redis;
    private final String consumer;

    RequestStream(RedisAccess redis, String consumer) {
        this.redis = redis;
        this.consumer = consumer;
    }

    /**
     * One report, as it was written.
     *
     * @param id the stream's, the same whoever reads it
     */
    public record Entry(String id, Map<String, String> fields) {
        public Entry {
            fields = Map.copyOf(fields);
        }
    }

    /**
     * What is there to be done: what others left behind, and what is new. Doesn't wait.
     *
     * @throws RedisStateException as everything of {@link MarketState} does
     */
    public List<Entry> next() {
        return redis.withKey(KEY, "reading " + KEY, connection -> {
            try {
                return read(connection);
            } catch (JedisDataException e) {
                if (!String.valueOf(e.getMessage()).startsWith("NOGROUP")) {
                    throw e;
                }
                connection.sendCommand(Command.XGROUP, "CREATE", KEY, GROUP, "0", "MKSTREAM");
                connection.getOne();
                return read(connection);
            }
        });
    }

    private List<Entry> read(Connection connection) {
        connection.sendCommand(
                Command.XAUTOCLAIM, KEY, GROUP, consumer, Long.toString(ABANDONED.toMillis()), "0", "COUNT", MANY);
        List<Entry> entries = new ArrayList<>(
                entries(Replies.list(Replies.list(connection.getOne()).get(1))));
        connection.sendCommand(Command.XREADGROUP, "GROUP", GROUP, consumer, "COUNT", MANY, "STREAMS", KEY, ">");
        Object fresh = connection.getOne();
        if (fresh != null) {
            entries.addAll(entries(
                    Replies.list(Replies.list(Replies.list(fresh).get(0)).get(1))));
        }
        return entries;
    }

    /** It was made a recovery of. */
    public void done(Entry entry) {
        redis.withKey(KEY, "writing to " + KEY, connection -> {
            connection.sendCommand(Command.XACK, KEY, GROUP, entry.id());
            connection.getOne();
            connection.sendCommand(Command.XDEL, KEY, entry.id());
            return connection.getOne();
        });
    }

    /** Nothing can be made of it: it is kept in {@value #DEAD}, with its id and why. */
    public void bury(Entry entry, String why) {
        List<String> words = new ArrayList<>(List.of(DEAD, "MAXLEN", "~", DEAD_KEPT, "*", "entry", entry.id()));
        words.addAll(List.of("why", OneLine.of(why)));
        entry.fields().forEach((name, value) -> words.addAll(List.of(name, value)));
        redis.withKey(DEAD, "writing to " + DEAD, connection -> {
            connection.sendCommand(Command.XADD, words.toArray(String[]::new));
            return connection.getOne();
        });
        done(entry);
    }

    private static List<Entry> entries(List<Object> raw) {
        List<Entry> entries = new ArrayList<>();
        for (Object one : raw) {
            if (one == null) { // deleted meanwhile, as Redis before 7 tells it
                continue;
            }
            List<Object> entry = Replies.list(one);
            List<Object> flat = Replies.list(entry.get(1));
            Map<String, String> fields = new LinkedHashMap<>();
            for (int i = 0; i + 1 < flat.size(); i += 2) {
                fields.put(Replies.text(flat.get(i)), Replies.text(flat.get(i + 1)));
            }
            entries.add(new Entry(Replies.text(entry.get(0)), fields));
        }
        return entries;
    }
}
