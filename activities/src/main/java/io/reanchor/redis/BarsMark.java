package io.reanchor.redis;

import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Which bars a key holds, looked at before and after they are read in steps.
 *
 * @param count how many fields it has, 0 when it isn't there
 * @param fields its bookkeeping, as far as there
 */
record BarsMark(long count, Map<String, String> fields) {
    /** How many commands {@link #send} sends. */
    static final int COMMANDS = 2;

    private static final List<String> NAMES = List.of(Fields.OWNER, Fields.SEQ, Fields.GEN, Fields.LAST_TRADE_ID);

    static void send(Connection connection, String key) {
        connection.sendCommand(Command.HLEN, key);
        connection.sendCommand(Command.HMGET, key, NAMES.get(0), NAMES.get(1), NAMES.get(2), NAMES.get(3));
    }

    static BarsMark of(Object length, Object values) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            String value = Replies.textOrNull(Replies.list(values).get(i));
            if (value != null) {
                fields.put(NAMES.get(i), value);
            }
        }
        return new BarsMark(Replies.number(length), fields);
    }

    /** Null when there is none, or none that can be read. */
    @Nullable
    Long lastTradeId() {
        String id = fields.get(Fields.LAST_TRADE_ID);
        return id == null || !Fields.isId(id) ? null : Long.valueOf(id);
    }

    /** Every write to a staged key has another owner, seq or id. A seal only stamps it. */
    boolean isSameStaged(BarsMark later) {
        return isSame(later, Fields.OWNER, Fields.SEQ, Fields.LAST_TRADE_ID);
    }

    /**
     * A live id may move on: with trades coming in it always does, and reading again would never end. The id is looked at before
     * the bars, so they have at least the trades up to it. Only another generation, or another key altogether, mustn't be mixed in.
     */
    boolean isSameLive(BarsMark later) {
        return isSame(later, Fields.OWNER, Fields.SEQ, Fields.GEN);
    }

    private boolean isSame(BarsMark later, String... names) {
        boolean same = (count == 0) == (later.count == 0);
        for (String name : names) {
            same &= Objects.equals(fields.get(name), later.fields.get(name));
        }
        return same;
    }
}
