package io.reanchor.redis;

import io.reanchor.kit.BarJson;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Reads a hash of bars in steps: a day of them in one HGETALL would hold up the server for everybody, and the reply would come too
 * late. What stands in it throughout is found; what changes meanwhile may be found before or after.
 */
final class BarsContent {
    private static final int STEP_SIZE = 1000;

    private final String key;
    private final long from;
    private final Junk junk;
    private final SortedMap<Long, TradeBar> bars = new TreeMap<>();

    /** From when on bars are needed, and how much of what was before; in milliseconds. */
    record Since(long time, long before) {}

    /** @param from the first bar that is looked at */
    private BarsContent(String key, long from, Junk junk) {
        this.key = key;
        this.from = from;
        this.junk = junk;
    }

    static SortedMap<Long, TradeBar> scan(Connection connection, String key, Junk junk) {
        BarsContent content = new BarsContent(key, 0, junk);
        content.scan(connection);
        return content.bars;
    }

    private void scan(Connection connection) {
        HeaderFields other = new HeaderFields(key, junk);
        String cursor = "0";
        do {
            connection.sendCommand(Command.HSCAN, key, cursor, "COUNT", Integer.toString(STEP_SIZE));
            List<Object> step = Replies.list(connection.getOne());
            List<Object> flat = Replies.list(step.get(1));
            for (int i = 0; i < flat.size(); i += 2) {
                add((byte[]) flat.get(i), (byte[]) flat.get(i + 1), other);
            }
            cursor = Replies.text(step.get(0));
        } while (!cursor.equals("0"));
    }

    /**
     * Those from a time on, and some before, up to the one that has the last trade: by their names while that asks for fewer fields than
     * there are. When nothing was traded since, all are read.
     *
     * @param count how many fields the key has
     */
    static SortedMap<Long, TradeBar> from(
            Connection connection,
            String key,
            Since since,
            long length,
            long count,
            @Nullable Long lastTradeId,
            Junk junk) {
        BarsContent content = new BarsContent(key, TradeBars.bucket(since.time() - since.before(), length), junk);
        if (lastTradeId != null && count <= STEP_SIZE) {
            content.scan(connection);
            if (content.reaches(lastTradeId, since)) {
                return content.bars;
            }
        }
        long bucket = content.from;
        for (long asked = STEP_SIZE; lastTradeId != null && asked < count; asked += STEP_SIZE) {
            content.fetch(connection, bucket, length);
            if (content.reaches(lastTradeId, since)) {
                return content.bars;
            }
            bucket += STEP_SIZE * length;
        }
        return scan(connection, key, junk);
    }

    private boolean reaches(long lastTradeId, Since since) {
        return bars.tailMap(since.time()).values().stream().anyMatch(bar -> bar.lastTradeId() == lastTradeId);
    }

    private void fetch(Connection connection, long first, long length) {
        List<byte[]> command = new ArrayList<>(List.of(Replies.bytes(key)));
        for (int i = 0; i < STEP_SIZE; i++) {
            command.add(Replies.bytes(first + i * length));
        }
        connection.sendCommand(Command.HMGET, command.toArray(byte[][]::new));
        List<Object> values = Replies.list(connection.getOne());
        HeaderFields other = new HeaderFields(key, junk);
        for (int i = 0; i < STEP_SIZE; i++) {
            if (values.get(i) instanceof byte[] value) {
                add(command.get(i + 1), value, other);
            }
        }
    }

    private void add(byte[] field, byte[] value, HeaderFields other) {
        if (field.length == 0 || field.length > 18 || !isDigits(field)) {
            other.add(field, value);
            return;
        }
        long bucket = Long.parseLong(HeaderFields.name(field));
        if (bucket < from) {
            return;
        }
        try {
            TradeBar bar = BarJson.read(value);
            if (bar.openTime() == bucket) {
                bars.put(bucket, bar); // found twice, the later one is the newer
            } else {
                junk.found(key, HeaderFields.name(field), "a bar whose openTime is " + bar.openTime());
            }
        } catch (IllegalArgumentException e) {
            junk.found(key, HeaderFields.name(field), String.valueOf(e.getMessage()));
        }
    }

    private static boolean isDigits(byte[] field) {
        for (byte b : field) {
            if (b < '0' || b > '9') {
                return false;
            }
        }
        return true;
    }
}
