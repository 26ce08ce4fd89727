package io.reanchor.redis;

import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a hash that are its own bookkeeping, judged one by one. Not thread-safe. */
final class HeaderFields {
    private static final int MAX_NAME = 200;
    private static final int MAX_HEADER = 500;

    private final String key;
    private final Junk junk;
    private final Map<String, String> fields = new HashMap<>();

    HeaderFields(String key, Junk junk) {
        this.key = key;
        this.junk = junk;
    }

    /** A field that is no content; junk when it is no bookkeeping either. */
    void add(byte[] field, byte[] value) {
        String name = name(field);
        if (field.length > MAX_NAME || !Fields.HEADER.contains(name)) {
            junk.found(key, name, "a field that is none of this key's");
        } else if (value.length > MAX_HEADER) {
            junk.found(key, name, "a value of " + value.length + " bytes");
        } else {
            fields.put(name, Replies.text(value));
        }
    }

    void add(Map<String, String> values) {
        fields.putAll(values);
    }

    /** Null when it isn't there, or is left out as junk. */
    @Nullable
    Long id(String field) {
        String text = fields.get(field);
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (!Fields.isId(text)) {
            junk.found(key, field, "\"" + OneLine.of(text) + "\", expected a whole number");
            return null;
        }
        return Long.valueOf(text);
    }

    @Nullable
    Long requireId(String field) {
        if (fields.getOrDefault(field, "").isEmpty()) {
            junk.found(key, field, "nothing, expected a whole number");
        }
        return id(field);
    }

    KeyHeader head(long count, @Nullable Long id) {
        return new KeyHeader(
                key, count, fields.get(Fields.OWNER), id(Fields.SEQ), fields.getOrDefault(Fields.GEN, ""), id);
    }

    /** Of a field that may be anything. */
    static String name(byte[] field) {
        return new String(field, 0, Math.min(field.length, MAX_NAME), StandardCharsets.UTF_8);
    }

    static boolean isTooLong(byte[] field) {
        return field.length > MAX_NAME;
    }
}
