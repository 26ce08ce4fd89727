package io.reanchor.testkit.check;

import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Event.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that stands in a Redis, byte for byte, as an event of a history. */
public final class Dump {
    static final String PROCESS = "dump";
    static final String OP = "dump";

    private Dump() {}

    /**
     * Reads every key, or on a cluster, where others' are on the same node, every key that bears the symbol's tag; to be called when
     * nobody writes and no slot moves.
     *
     * @param when what this dump is of: {@code begin}, {@code settled} or {@code end}
     */
    public static void take(RespClient redis, SymbolKeys symbol, String when, History history) throws IOException {
        history.add(PROCESS, OP, Type.invoke, Map.of("when", when));
        List<String> keys = new ArrayList<>();
        if (redis.call("KEYS", symbol.tagged() ? "*{" + symbol.symbol() + "}*" : "*") instanceof List<?> names) {
            names.forEach(name -> keys.add(String.valueOf(RespClient.text(name))));
        }
        Map<String, Object> all = new TreeMap<>();
        for (String key : keys) {
            String type = String.valueOf(redis.call("TYPE", key));
            List<Object> replies = redis.all(List.of(
                    List.of("PTTL", key),
                    List.of("DUMP", key),
                    type.equals("hash")
                            ? List.of("HGETALL", key)
                            : type.equals("stream") ? List.of("XRANGE", key, "-", "+") : List.of("PING")));
            all.put(key, of(type, replies, symbol.live().contains(key)));
        }
        history.add(PROCESS, OP, Type.ok, Map.of("when", when, "keys", all));
    }

    private static Map<String, Object> of(String type, List<Object> replies, boolean whole) {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("type", type);
        key.put("pttl", replies.get(0));
        if (replies.get(1) instanceof byte[] bytes) {
            key.put("dump", Content.digest(bytes));
        }
        if (type.equals("stream")) {
            key.put("last", last(replies.get(2)));
        }
        if (type.equals("hash")) {
            Map<String, String> fields = Content.fields(replies.get(2));
            key.put("digest", Content.digest(fields));
            key.put("gen", fields.getOrDefault("gen", ""));
            if (whole) {
                key.put("fields", fields);
            }
        }
        return key;
    }

    /** The highest id of a journal's entries, whichever kind it is; -1 for another stream's. */
    private static long last(Object entries) {
        long last = -1;
        for (Object entry : entries instanceof List<?> all ? all : List.of()) {
            Map<String, String> fields = Content.fields(((List<?>) entry).get(1));
            String id = fields.getOrDefault("u", fields.getOrDefault("id", ""));
            if (id.matches("[0-9]{1,18}")) {
                last = Math.max(last, Long.parseLong(id));
            }
        }
        return last;
    }
}
