package io.reanchor.redis;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.TradeBar;
import io.reanchor.workflow.FailureTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One hash as it came over the wire, made into what it means. What stands in Redis is from outside: every field is judged. */
final class HashContent {
    private static final int MAX_NAME = 200;
    private static final int MAX_HEADER = 500;

    private final String key;
    private final List<Object> flat;
    private final Map<String, String> header = new HashMap<>();

    /** @param flat field, value, field, value */
    HashContent(String key, List<Object> flat) {
        this.key = key;
        this.flat = flat;
    }

    MarketView.@Nullable Book book() {
        if (flat.isEmpty()) {
            return null;
        }
        List<long[]> bids = new ArrayList<>();
        List<long[]> asks = new ArrayList<>();
        for (int i = 0; i < flat.size(); i += 2) {
            byte[] field = (byte[]) flat.get(i);
            byte[] value = (byte[]) flat.get(i + 1);
            boolean bid = startsWith(field, 'b');
            if (!bid && !startsWith(field, 'a')) {
                header(field, value);
                continue;
            }
            try {
                long[] level = {PackedDecimal.parse(field, 2, field.length), PackedDecimal.parse(value, 0, value.length)
                };
                (bid ? bids : asks).add(level);
            } catch (NumberFormatException | ArithmeticException e) {
                throw junk(name(field), String.valueOf(e.getMessage()));
            }
        }
        long id = requireId(Fields.LAST_UPDATE_ID);
        Long time = id(Fields.EVENT_TIME);
        try {
            DepthSnapshot levels = new DepthSnapshot(id, sorted(bids, -1), sorted(asks, 1));
            return new MarketView.Book(head(id), OrderBook.of(levels, time == null ? 0 : time));
        } catch (IllegalArgumentException e) {
            throw junk("levels", String.valueOf(e.getMessage()));
        }
    }

    MarketView.@Nullable Bars bars() {
        if (flat.isEmpty()) {
            return null;
        }
        SortedMap<Long, TradeBar> bars = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            byte[] field = (byte[]) flat.get(i);
            byte[] value = (byte[]) flat.get(i + 1);
            if (field.length == 0 || field.length > 18 || !isDigits(field)) {
                header(field, value);
                continue;
            }
            long bucket = Long.parseLong(name(field));
            TradeBar bar;
            try {
                bar = BarJson.read(value);
            } catch (IllegalArgumentException e) {
                throw junk(name(field), String.valueOf(e.getMessage()));
            }
            if (bar.openTime() != bucket) {
                throw junk(name(field), "a bar whose openTime is " + bar.openTime());
            }
            bars.put(bucket, bar);
        }
        return new MarketView.Bars(head(id(Fields.LAST_TRADE_ID)), bars);
    }

    MarketView.@Nullable Features features() {
        if (flat.isEmpty()) {
            return null;
        }
        Map<String, String> values = text();
        header.putAll(values);
        values.keySet().removeAll(Fields.FEATURE_HEADER);
        return new MarketView.Features(head(null), values, id(Fields.AS_OF_UPDATE_ID), id(Fields.AS_OF_TRADE_ID));
    }

    /** All fields as text. */
    Map<String, String> text() {
        Map<String, String> text = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            byte[] field = (byte[]) flat.get(i);
            if (field.length > MAX_NAME) {
                throw junk(name(field), "a field name of " + field.length + " bytes");
            }
            text.put(name(field), Replies.text(flat.get(i + 1)));
        }
        return text;
    }

    private void header(byte[] field, byte[] value) {
        String name = name(field);
        if (field.length > MAX_NAME || !Fields.HEADER.contains(name)) {
            throw junk(name, "a field that is none of this key's");
        }
        if (value.length > MAX_HEADER) {
            throw junk(name, "a value of " + value.length + " bytes");
        }
        header.put(name, Replies.text(value));
    }

    private KeyHeader head(@Nullable Long id) {
        return new KeyHeader(
                key,
                flat.size() / 2,
                header.get(Fields.OWNER),
                id(Fields.SEQ),
                header.getOrDefault(Fields.GEN, ""),
                id);
    }

    private @Nullable Long id(String field) {
        String text = header.get(field);
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw junk(field, "\"" + Fenced.shortened(text) + "\", expected a whole number");
        }
        return Long.valueOf(text);
    }

    private long requireId(String field) {
        Long id = id(field);
        if (id == null) {
            throw junk(field, "nothing, expected a whole number");
        }
        return id;
    }

    private static PriceLevels sorted(List<long[]> levels, int direction) {
        levels.sort((a, b) -> direction * PackedDecimal.compare(a[0], b[0]));
        PriceLevels.Builder builder = new PriceLevels.Builder();
        levels.forEach(level -> builder.add(level[0], level[1]));
        return builder.build();
    }

    private static boolean startsWith(byte[] field, char side) {
        return field.length > 2 && field[0] == side && field[1] == ':';
    }

    private static boolean isDigits(byte[] field) {
        for (byte b : field) {
            if (b < '0' || b > '9') {
                return false;
            }
        }
        return true;
    }

    private static String name(byte[] field) {
        return new String(field, 0, Math.min(field.length, MAX_NAME), StandardCharsets.UTF_8);
    }

    private RedisStateException junk(String field, String actual) {
        return new RedisStateException(
                FailureTypes.REDIS_REFUSED,
                false,
                "%s, field %s: found %s. Trying again doesn't help: something else writes to this key; look with HGET %s."
                        .formatted(key, Fenced.shortened(field), Fenced.shortened(actual), key));
    }
}
