package io.reanchor.redis;

import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One hash as it came over the wire, made into what it means. What stands in Redis is from outside: every field is judged. */
final class HashContent {
    private final String key;
    private final List<Object> flat;
    private final Junk junk;
    private final HeaderFields header;

    /** @param flat field, value, field, value */
    HashContent(String key, List<Object> flat, Junk junk) {
        this.key = key;
        this.flat = flat;
        this.junk = junk;
        this.header = new HeaderFields(key, junk);
    }

    /** A book that lacks a level is another book: it is there whole, or not at all. */
    MarketView.@Nullable Book book() {
        if (flat.isEmpty()) {
            return null;
        }
        List<long[]> bids = new ArrayList<>();
        List<long[]> asks = new ArrayList<>();
        boolean whole = true;
        for (int i = 0; i < flat.size(); i += 2) {
            byte[] field = (byte[]) flat.get(i);
            byte[] value = (byte[]) flat.get(i + 1);
            boolean bid = startsWith(field, 'b');
            if (!bid && !startsWith(field, 'a')) {
                header.add(field, value);
                continue;
            }
            try {
                long[] level = {PackedDecimal.parse(field, 2, field.length), PackedDecimal.parse(value, 0, value.length)
                };
                (bid ? bids : asks).add(level);
            } catch (NumberFormatException | ArithmeticException e) {
                junk.found(key, HeaderFields.name(field), String.valueOf(e.getMessage()));
                whole = false;
            }
        }
        Long id = header.requireId(Fields.LAST_UPDATE_ID);
        Long time = header.id(Fields.EVENT_TIME);
        if (!whole || id == null) {
            return null;
        }
        try {
            DepthSnapshot levels = new DepthSnapshot(id, sorted(bids, -1), sorted(asks, 1));
            return new MarketView.Book(header.head(flat.size() / 2, id), OrderBook.of(levels, time == null ? 0 : time));
        } catch (IllegalArgumentException e) {
            junk.found(key, "levels", String.valueOf(e.getMessage()));
            return null;
        }
    }

    MarketView.@Nullable Features features() {
        if (flat.isEmpty()) {
            return null;
        }
        Map<String, String> values = text();
        header.add(values);
        values.keySet().removeAll(Fields.FEATURE_HEADER);
        return new MarketView.Features(
                header.head(flat.size() / 2, null),
                values,
                header.id(Fields.AS_OF_UPDATE_ID),
                header.id(Fields.AS_OF_TRADE_ID));
    }

    /** All fields as text. */
    Map<String, String> text() {
        Map<String, String> text = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            byte[] field = (byte[]) flat.get(i);
            if (HeaderFields.isTooLong(field)) {
                junk.found(key, HeaderFields.name(field), "a field name of " + field.length + " bytes");
            } else {
                text.put(HeaderFields.name(field), Replies.text(flat.get(i + 1)));
            }
        }
        return text;
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
}
