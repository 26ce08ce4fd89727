package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Ids;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a journal's events are: how an entry tells one, and between which ids it stands. */
abstract class EventKind<E> {
    static final EventKind<DepthUpdate> DEPTH_UPDATE = new EventKind<>("u") {
        @Override
        String key(Names names) {
            return names.diffs();
        }

        @Override
        long first(DepthUpdate update) {
            return update.firstUpdateId();
        }

        @Override
        long last(DepthUpdate update) {
            return update.finalUpdateId();
        }

        @Override
        Map<String, String> fields(DepthUpdate update) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("U", Long.toString(update.firstUpdateId()));
            fields.put("u", Long.toString(update.finalUpdateId()));
            fields.put("E", Long.toString(update.eventTime()));
            fields.put("b", text(update.bids()));
            fields.put("a", text(update.asks()));
            return fields;
        }

        @Override
        DepthUpdate parse(Map<String, String> fields) {
            long first = id(fields, "U");
            long last = id(fields, "u");
            if (first > last) {
                throw new IllegalArgumentException("U %d is past u %d".formatted(first, last));
            }
            return new DepthUpdate(first, last, id(fields, "E"), levels(fields, "b"), levels(fields, "a"));
        }
    };

    static final EventKind<Trade> TRADE = new EventKind<>("id") {
        @Override
        String key(Names names) {
            return names.trades();
        }

        @Override
        long first(Trade trade) {
            return trade.firstTradeId();
        }

        @Override
        long last(Trade trade) {
            return trade.lastTradeId();
        }

        @Override
        Map<String, String> fields(Trade trade) {
            if (trade.firstTradeId() != trade.lastTradeId()) {
                throw new IllegalArgumentException("trades %d..%d: a journal takes raw trades, one by one"
                        .formatted(trade.firstTradeId(), trade.lastTradeId()));
            }
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("id", Long.toString(trade.firstTradeId()));
            fields.put("p", PackedDecimal.toString(PackedDecimal.of(trade.price())));
            fields.put("q", PackedDecimal.toString(PackedDecimal.of(trade.quantity())));
            fields.put("T", Long.toString(trade.time()));
            fields.put("m", Boolean.toString(trade.buyerIsMaker()));
            return fields;
        }

        @Override
        Trade parse(Map<String, String> fields) {
            long id = id(fields, "id");
            String maker = field(fields, "m");
            if (!maker.equals("true") && !maker.equals("false")) {
                throw new IllegalArgumentException("m \"%s\": expected true or false".formatted(maker));
            }
            return new Trade(
                    id,
                    id,
                    PackedDecimal.toBigDecimal(positive(fields, "p")),
                    PackedDecimal.toBigDecimal(positive(fields, "q")),
                    id(fields, "T"),
                    maker.equals("true"));
        }
    };

    private final String lastField;

    /** @param lastField has the id that an event ends at */
    private EventKind(String lastField) {
        this.lastField = lastField;
    }

    abstract String key(Names names);

    abstract long first(E event);

    abstract long last(E event);

    /** As an entry of the stream tells it. */
    abstract Map<String, String> fields(E event);

    /**
     * The same of an entry, of which nothing else is decoded: most are passed over.
     *
     * @param entry fields and values in turns
     * @throws RuntimeException saying what is wrong with it
     */
    long last(List<Object> entry) {
        return id(Replies.value(entry, lastField), lastField);
    }

    /** @throws RuntimeException saying what is wrong with an entry that somebody else wrote */
    abstract E parse(Map<String, String> fields);

    private static String text(PriceLevels levels) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < levels.size(); i++) {
            text.append(i == 0 ? "" : " ")
                    .append(PackedDecimal.toString(levels.price(i)))
                    .append(' ')
                    .append(PackedDecimal.toString(levels.quantity(i)));
        }
        return text.toString();
    }

    private static PriceLevels levels(Map<String, String> fields, String name) {
        PriceLevels.Builder levels = new PriceLevels.Builder();
        String text = field(fields, name);
        String[] numbers = text.isEmpty() ? new String[0] : text.split(" ", -1);
        if (numbers.length % 2 != 0) {
            throw new IllegalArgumentException(name + ": expected prices and quantities in turns");
        }
        for (int i = 0; i < numbers.length; i += 2) {
            levels.add(PackedDecimal.parse(numbers[i]), PackedDecimal.parse(numbers[i + 1]));
        }
        return levels.build();
    }

    private static long positive(Map<String, String> fields, String name) {
        long packed = PackedDecimal.parse(field(fields, name));
        if (packed <= 0) {
            throw new IllegalArgumentException(name + ": expected a decimal above 0");
        }
        return packed;
    }

    private static long id(Map<String, String> fields, String name) {
        return id(fields.get(name), name);
    }

    private static long id(@Nullable String value, String name) {
        String text = Objects.requireNonNull(value, "no field " + name);
        if (!Fields.isId(text)) {
            throw new IllegalArgumentException(name + ": expected a whole number up to " + Ids.MAX);
        }
        return Long.parseLong(text);
    }

    private static String field(Map<String, String> fields, String name) {
        return Objects.requireNonNull(fields.get(name), "no field " + name);
    }
}
