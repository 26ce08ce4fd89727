package io.reanchor.exchange;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Ids;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads any JSON that a stream may bring, and says exactly what is wrong with it; {@link EventScanner} is the quick way. */
final class EventReader {
    private final byte[] bytes;
    private final int from;
    private final int to;

    private EventReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    static void read(byte[] bytes, int from, int to, MarketEvents events) {
        new EventReader(bytes, from, to).read(events);
    }

    private void read(MarketEvents events) {
        JsonNode root = tree();
        if (!root.isObject()) {
            throw refuse(JsonPointer.empty(), "a JSON object", root);
        }
        if (root.path("stream").isTextual() && root.path("data").isObject()) {
            event(root.get("data"), JsonPointer.compile("/data"), events);
        } else {
            event(root, JsonPointer.empty(), events);
        }
    }

    private JsonNode tree() {
        try {
            return Replies.JSON.readTree(bytes, from, to - from);
        } catch (JsonProcessingException notJson) { // no cause: its message quotes what came as it came
            long at = notJson.getLocation() == null ? 0 : notJson.getLocation().getByteOffset();
            throw new MalformedEventException(
                    Math.max(0, at), "JSON", Context.shown(notJson.getOriginalMessage()), null);
        } catch (IOException notJson) {
            throw new MalformedEventException(0, "JSON", Context.shown(notJson.toString()), null);
        }
    }

    private void event(JsonNode event, JsonPointer at, MarketEvents events) {
        String type = event.path("e").asText();
        if (type.equals("depthUpdate")) {
            depthUpdate(event, at, events);
        } else if (type.equals("trade")) {
            trade(event, at, events);
        } else if (type.equals("bookTicker")
                || (!event.has("e") && event.has("u") && event.has("b") && event.has("B"))) {
            events.bookTicker(
                    symbol(event, at),
                    new BookTicker(
                            id(event, at, "u"),
                            decimal(event, at, "b"),
                            decimal(event, at, "B"),
                            decimal(event, at, "a"),
                            decimal(event, at, "A")));
        } else if (event.has("lastUpdateId")) {
            events.depthSnapshot(new DepthSnapshot(
                    id(event, at, "lastUpdateId"), levels(event, at, "bids"), levels(event, at, "asks")));
        } else {
            events.other();
        }
    }

    private void depthUpdate(JsonNode event, JsonPointer at, MarketEvents events) {
        String symbol = symbol(event, at);
        long first = id(event, at, "U");
        long last = id(event, at, "u");
        if (first > last) {
            throw refuse(at.appendProperty("U"), "U to be at most u, which is " + last, event.get("U"));
        }
        events.depthUpdate(
                symbol,
                new DepthUpdate(first, last, time(event, at, "E"), levels(event, at, "b"), levels(event, at, "a")));
    }

    private void trade(JsonNode event, JsonPointer at, MarketEvents events) {
        long id = id(event, at, "t");
        JsonNode maker = event.path("m");
        if (!maker.isBoolean()) {
            throw refuse(at.appendProperty("m"), "true or false", maker);
        }
        events.trade(
                symbol(event, at),
                new Trade(
                        id,
                        id,
                        PackedDecimal.toBigDecimal(positive(event, at, "p")),
                        PackedDecimal.toBigDecimal(positive(event, at, "q")),
                        time(event, at, "T"),
                        maker.booleanValue()));
    }

    private String symbol(JsonNode event, JsonPointer at) {
        JsonNode symbol = event.path("s");
        if (!symbol.isTextual() || !EventScanner.isSymbol(symbol.textValue())) {
            throw refuse(at.appendProperty("s"), "a symbol such as BTCUSDT", symbol);
        }
        return symbol.textValue();
    }

    private PriceLevels levels(JsonNode event, JsonPointer at, String field) {
        JsonNode side = event.path(field);
        JsonPointer here = at.appendProperty(field);
        if (!side.isArray()) {
            throw refuse(here, "an array of levels", side);
        }
        PriceLevels.Builder levels = new PriceLevels.Builder();
        for (int i = 0; i < side.size(); i++) {
            JsonNode level = side.get(i);
            if (!level.isArray() || level.size() != 2) {
                throw refuse(here.appendIndex(i), "[price, quantity]", level);
            }
            long price = decimal(level.get(0), here.appendIndex(i).appendIndex(0));
            if (price == 0) {
                throw refuse(here.appendIndex(i).appendIndex(0), "a price above 0", level.get(0));
            }
            levels.add(price, decimal(level.get(1), here.appendIndex(i).appendIndex(1)));
        }
        return levels.build();
    }

    private long id(JsonNode event, JsonPointer at, String field) {
        JsonNode node = event.path(field);
        if (!Replies.isId(node)) {
            throw refuse(at.appendProperty(field), "a whole number from 0 to " + Ids.MAX, node);
        }
        return node.longValue();
    }

    private long time(JsonNode event, JsonPointer at, String field) {
        long time = id(event, at, field);
        if (time > Replies.LAST_TIME) {
            throw refuse(at.appendProperty(field), "epoch milliseconds", event.path(field));
        }
        return time;
    }

    private long decimal(JsonNode event, JsonPointer at, String field) {
        return decimal(event.path(field), at.appendProperty(field));
    }

    private long positive(JsonNode event, JsonPointer at, String field) {
        long packed = decimal(event, at, field);
        if (packed == 0) {
            throw refuse(at.appendProperty(field), "a decimal above 0", event.path(field));
        }
        return packed;
    }

    private long decimal(JsonNode node, JsonPointer at) {
        if (node.isTextual()) {
            try {
                long packed = PackedDecimal.parse(node.textValue());
                if (packed >= 0) {
                    return packed;
                }
            } catch (ArithmeticException | NumberFormatException notOne) {
                throw malformed(at, "a plain decimal of at most 17 digits", node, notOne);
            }
        }
        throw refuse(at, "a decimal from 0 up as text, like \"0.01000000\"", node);
    }

    private MalformedEventException refuse(JsonPointer at, String expected, JsonNode actual) {
        return malformed(at, expected, actual, null);
    }

    private MalformedEventException malformed(
            JsonPointer at, String expected, JsonNode actual, @Nullable Throwable cause) {
        String what = (at.matches() ? "the event" : at.toString()) + " to be " + expected;
        String got = actual.isMissingNode() ? "nothing" : Context.shown(actual.toString());
        return new MalformedEventException(position(at), what, got, cause);
    }

    /** Trees don't know where they stood, so the bytes are read once more; what is missing is said to be missing at the end. */
    private long position(JsonPointer wanted) {
        try (JsonParser parser = Replies.JSON.createParser(bytes, from, to - from)) {
            while (parser.nextToken() != null) {
                boolean name = parser.currentToken() == JsonToken.FIELD_NAME;
                if (!name && parser.getParsingContext().pathAsPointer().equals(wanted)) {
                    return parser.currentTokenLocation().getByteOffset();
                }
            }
        } catch (IOException e) {
            return 0; // it was read a moment ago, so this can't happen; the message stands without a place
        }
        return to - from;
    }
}
