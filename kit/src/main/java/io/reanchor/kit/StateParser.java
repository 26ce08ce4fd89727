package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.TradeBar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code read.lua} gives, made into what it means. */
final class StateParser {
    private final Names names;
    private final List<Object> keys;

    StateParser(Names names, List<Object> reply) {
        this.names = names;
        this.keys = reply;
    }

    LiveState state() {
        Map<String, String> book = fields(Family.BOOK);
        Map<String, String> ones = fields(Family.BARS_1S);
        Map<String, String> fives = fields(Family.BARS_5S);
        Map<String, String> features = fields(Family.FEATURES);
        Map<String, String> receipt = fields(Family.META);
        String generation = receipt.getOrDefault(Fields.GEN, book.getOrDefault(Fields.GEN, ""));
        List<String> others = new ArrayList<>();
        for (Family family : Family.values()) {
            Map<String, String> its = fields(family);
            if (!its.isEmpty() && !its.getOrDefault(Fields.GEN, "").equals(generation)) {
                others.add(names.live(family));
            }
        }
        return new LiveState(
                generation,
                book.isEmpty() ? null : book(book),
                ones.isEmpty() ? null : bars(Family.BARS_1S, ones),
                fives.isEmpty() ? null : bars(Family.BARS_5S, fives),
                features.isEmpty() ? null : features(features),
                Collections.unmodifiableMap(receipt),
                !Replies.text(keys.get(Family.values().length)).isEmpty(),
                List.copyOf(others));
    }

    private Map<String, String> fields(Family family) {
        return Replies.map(Replies.list(keys.get(family.ordinal())), 0);
    }

    private LiveState.Book book(Map<String, String> fields) {
        List<long[]> bids = new ArrayList<>();
        List<long[]> asks = new ArrayList<>();
        fields.forEach((field, value) -> {
            boolean bid = field.startsWith(Fields.BID);
            if (bid || field.startsWith(Fields.ASK)) {
                (bid ? bids : asks).add(level(field, value));
            }
        });
        Long id = id(Family.BOOK, fields, Fields.LAST_UPDATE_ID);
        if (id == null) {
            throw unreadable(Family.BOOK, Fields.LAST_UPDATE_ID, "nothing", null);
        }
        Long time = id(Family.BOOK, fields, Fields.EVENT_TIME);
        DepthSnapshot levels = new DepthSnapshot(id, sorted(bids, -1), sorted(asks, 1));
        try {
            return new LiveState.Book(OrderBook.of(levels, time == null ? 0 : time), suspicion(Family.BOOK, fields));
        } catch (IllegalArgumentException e) {
            throw unreadable(Family.BOOK, "levels", String.valueOf(e.getMessage()), e);
        }
    }

    private long[] level(String field, String value) {
        try {
            return new long[] {PackedDecimal.parse(field.substring(Fields.BID.length())), PackedDecimal.parse(value)};
        } catch (NumberFormatException | ArithmeticException e) {
            throw unreadable(Family.BOOK, field, String.valueOf(e.getMessage()), e);
        }
    }

    private static PriceLevels sorted(List<long[]> levels, int direction) {
        levels.sort((a, b) -> direction * PackedDecimal.compare(a[0], b[0]));
        PriceLevels.Builder builder = new PriceLevels.Builder();
        levels.forEach(level -> builder.add(level[0], level[1]));
        return builder.build();
    }

    private LiveState.Bars bars(Family family, Map<String, String> fields) {
        NavigableMap<Long, TradeBar> bars = new TreeMap<>();
        fields.forEach((field, value) -> {
            if (Fields.isId(field)) {
                try {
                    bars.put(Long.valueOf(field), BarJson.read(Replies.bytes(value)));
                } catch (IllegalArgumentException e) {
                    throw unreadable(family, field, String.valueOf(e.getMessage()), e);
                }
            }
        });
        return new LiveState.Bars(
                id(family, fields, Fields.LAST_TRADE_ID),
                Collections.unmodifiableNavigableMap(bars),
                suspicion(family, fields));
    }

    private LiveState.Features features(Map<String, String> fields) {
        Map<String, String> values = new TreeMap<>(fields);
        values.keySet().removeAll(Fields.FEATURE_HEADER);
        return new LiveState.Features(
                Collections.unmodifiableMap(values),
                id(Family.FEATURES, fields, Fields.AS_OF_UPDATE_ID),
                id(Family.FEATURES, fields, Fields.AS_OF_TRADE_ID));
    }

    private LiveState.@Nullable Suspicion suspicion(Family family, Map<String, String> fields) {
        if (!fields.containsKey(Fields.SUSPECT_FROM) && !fields.containsKey(Fields.SUSPECT_AT)) {
            return null;
        }
        Long at = id(family, fields, Fields.SUSPECT_AT);
        return new LiveState.Suspicion(
                id(family, fields, Fields.SUSPECT_FROM), at == null ? null : Instant.ofEpochMilli(at));
    }

    private @Nullable Long id(Family family, Map<String, String> fields, String field) {
        String text = fields.getOrDefault(field, "");
        if (text.isEmpty()) {
            return null;
        }
        if (!Fields.isId(text)) {
            throw unreadable(family, field, '"' + text.substring(0, Math.min(80, text.length())) + '"', null);
        }
        return Long.valueOf(text);
    }

    private UnreadableStateException unreadable(
            Family family, String field, String found, @Nullable RuntimeException cause) {
        return new UnreadableStateException(
                "%s, field %s: %s. Reading again doesn't help until somebody writes it anew: a recovery of %s replaces it."
                        .formatted(names.live(family), field, found, names.symbol()),
                cause);
    }
}
