package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.RevertPlan.Where;
import io.reanchor.workflow.SwapReceipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** What a revert looks at, in one round trip: the live receipt, where live is, and what the last cut-over replaced. */
final class Replaced {
    private static final List<Family> STATE = List.of(Family.BOOK, Family.BARS_1S, Family.BARS_5S, Family.FEATURES);
    private static final String KIND = "kind";

    /** What a receipt says of the state that comes back; the rest is of the revert itself. */
    private static final List<String> OF_THE_STATE = List.of(
            "bids",
            "asks",
            "bookSource",
            "trustedLow",
            "trustedHigh",
            "lostUpdates",
            "lostTrades",
            "partialBars",
            "warmingUp",
            "journal",
            "exchangeTime",
            "barsSource",
            "barsSince",
            "trades",
            "firstTradeId");

    private final Names names;
    private final @Nullable String flag;
    private final Map<String, String> receipt;
    private final String kind;
    private final Map<Family, Map<String, String>> live;
    private final Map<Family, Map<String, String>> old;
    private final Map<String, String> oldReceipt;
    private final long ttlMs;

    private Replaced(
            Names names,
            @Nullable String flag,
            Map<String, String> receipt,
            String kind,
            Map<Family, Map<String, String>> live,
            Map<Family, Map<String, String>> old,
            Map<String, String> oldReceipt,
            long ttlMs) {
        this.names = names;
        this.flag = flag;
        this.receipt = receipt;
        this.kind = kind;
        this.live = live;
        this.old = old;
        this.oldReceipt = oldReceipt;
        this.ttlMs = ttlMs;
    }

    static Replaced read(Connection connection, Names names) {
        connection.sendCommand(Command.GET, names.flag());
        Receipt.ask(connection, names);
        connection.sendCommand(Command.HGET, names.live(Family.META), KIND);
        STATE.forEach(family -> ask(connection, names.live(family)));
        STATE.forEach(family -> ask(connection, names.old(family)));
        List<String> ofOld = new ArrayList<>(List.of(names.old(Family.META)));
        ofOld.addAll(OF_THE_STATE);
        connection.sendCommand(Command.HMGET, ofOld.toArray(String[]::new));
        connection.sendCommand(Command.PTTL, names.old(Family.BOOK));
        Iterator<Object> replies =
                Replies.all(connection, 3 + 2 * STATE.size() + 2).iterator();
        String flag = Replies.textOrNull(replies.next());
        Map<String, String> receipt = Receipt.answered(replies.next());
        String kind = Fields.text(Replies.textOrNull(replies.next()));
        Map<Family, Map<String, String>> live = new EnumMap<>(Family.class);
        STATE.forEach(family -> live.put(family, answered(replies.next())));
        Map<Family, Map<String, String>> old = new EnumMap<>(Family.class);
        STATE.forEach(family -> old.put(family, answered(replies.next())));
        List<Object> values = Replies.list(replies.next());
        Map<String, String> oldReceipt = new LinkedHashMap<>();
        for (int i = 0; i < OF_THE_STATE.size(); i++) {
            String value = Replies.textOrNull(values.get(i));
            if (value != null) {
                oldReceipt.put(OF_THE_STATE.get(i), value);
            }
        }
        return new Replaced(names, flag, receipt, kind, live, old, oldReceipt, Replies.number(replies.next()));
    }

    /** Of a key that isn't there, nothing. */
    private static void ask(Connection connection, String key) {
        connection.sendCommand(
                Command.HMGET, key, Fields.GEN, Fields.LAST_UPDATE_ID, Fields.LAST_TRADE_ID, Fields.OWNER);
    }

    private static Map<String, String> answered(Object reply) {
        List<Object> values = Replies.list(reply);
        Map<String, String> fields = new LinkedHashMap<>();
        List<String> order = List.of(Fields.GEN, Fields.LAST_UPDATE_ID, Fields.LAST_TRADE_ID, Fields.OWNER);
        for (int i = 0; i < order.size(); i++) {
            String value = Replies.textOrNull(values.get(i));
            if (value != null) {
                fields.put(order.get(i), value);
            }
        }
        return fields;
    }

    @Nullable
    String flag() {
        return flag;
    }

    Map<String, String> receipt() {
        return receipt;
    }

    /** The live one. */
    String generation() {
        return receipt.getOrDefault(Fields.GEN, "");
    }

    /** The one that the live one replaced. */
    String replaced() {
        return receipt.getOrDefault(Receipt.REPLACED, "");
    }

    long ttlMs() {
        return ttlMs;
    }

    Where live() {
        return where(live);
    }

    Where old() {
        return where(old);
    }

    private static Where where(Map<Family, Map<String, String>> keys) {
        Long ones = id(keys, Family.BARS_1S, Fields.LAST_TRADE_ID);
        Long fives = id(keys, Family.BARS_5S, Fields.LAST_TRADE_ID);
        return new Where(
                id(keys, Family.BOOK, Fields.LAST_UPDATE_ID),
                ones == null || fives == null ? null : Long.valueOf(Math.min(ones, fives)));
    }

    private static @Nullable Long id(Map<Family, Map<String, String>> keys, Family family, String field) {
        String text = Objects.requireNonNull(keys.get(family)).getOrDefault(field, "");
        return Fields.isId(text) ? Long.valueOf(text) : null;
    }

    /**
     * Whether live is what is to be undone, and all that it replaced is there, of one generation.
     *
     * @param generation null for what is live, unless a revert made it
     * @throws RedisStateException of type NotRevertible, saying what is there instead
     */
    void requireRevertible(@Nullable String generation) {
        String is = generation();
        if (is.isEmpty()) {
            throw refused("no cut-over has ever been made, so there is nothing to put back");
        }
        if (generation != null && !generation.equals(is)) {
            throw refused(
                    "generation %s is live, not %s, which is to be undone: look at 'reanchor status %s', then name the live one"
                            .formatted(OneLine.of(is), OneLine.of(generation), names.symbol()));
        }
        if (generation == null && kind.equals("revert")) {
            throw refused("generation %s is a revert itself; to undo that, name it: --generation %s"
                    .formatted(OneLine.of(is), OneLine.of(is)));
        }
        for (Family family : STATE) {
            Map<String, String> key = Objects.requireNonNull(old.get(family));
            String gen = key.getOrDefault(Fields.GEN, "");
            if (key.isEmpty()) {
                throw refused("%s isn't there: it wasn't before the cut-over, or its retention is over"
                        .formatted(names.old(family)));
            }
            if (!gen.equals(replaced())) {
                throw refused(
                        "%s is of generation %s, the live one replaced %s: an old state that isn't of one generation is never put back"
                                .formatted(names.old(family), shown(gen), shown(replaced())));
            }
        }
    }

    private static String shown(String generation) {
        return generation.isEmpty() ? "none" : OneLine.of(generation);
    }

    private RedisStateException refused(String why) {
        return new RedisStateException(
                FailureTypes.NOT_REVERTIBLE,
                false,
                "%s: %s. Nothing was changed; 'reanchor recover %s' rebuilds the state from the exchange."
                        .formatted(names.symbol(), why, names.symbol()));
    }

    /** The receipt that goes live with the old state. */
    Map<String, String> nextReceipt(Generation next, Token token, String workflowId, Instant at, int attempt) {
        Map<String, String> fields = new LinkedHashMap<>(oldReceipt);
        fields.put(Fields.OWNER, token.value());
        fields.put(Fields.GEN, next.toString());
        fields.put(KIND, "revert");
        fields.put("revertOf", generation());
        fields.put("restored", replaced());
        fields.put("workflowId", workflowId);
        fields.put("runId", token.runId());
        fields.put(Receipt.REPLACED, generation());
        fields.put(Receipt.AT, Long.toString(at.toEpochMilli()));
        fields.put(Receipt.ATTEMPTS, Integer.toString(attempt));
        fields.put(Fields.LAST_UPDATE_ID, Fields.text(old().lastUpdateId()));
        fields.put(Fields.LAST_TRADE_ID, Fields.text(old().lastTradeId()));
        fields.put(Receipt.PREVIOUS, previous());
        return fields;
    }

    private String previous() {
        List<String> previous = new ArrayList<>();
        previous.add(String.join(
                ",",
                generation(),
                receipt.getOrDefault(Fields.LAST_UPDATE_ID, ""),
                receipt.getOrDefault(Fields.LAST_TRADE_ID, ""),
                receipt.getOrDefault(Receipt.AT, "")));
        for (String entry : receipt.getOrDefault(Receipt.PREVIOUS, "").trim().split(" +", -1)) {
            if (!entry.isEmpty() && previous.size() < Receipt.LISTED) {
                previous.add(entry);
            }
        }
        return String.join(" ", previous);
    }

    SwapReceipt receiptOf(Generation next, Instant at, int attempt) {
        Map<String, String> meta = nextReceipt(next, next.token(), "", at, attempt);
        return Receipt.find(meta, next.token(), false).orElseThrow();
    }
}
