package io.reanchor.kit;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.reanchor.market.Decimals;
import io.reanchor.market.OneLine;
import io.reanchor.market.TradeBar;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A bar as it stands in Redis: decimals as strings in canonical text, times in epoch milliseconds. */
public final class BarJson {
    private static final int MAX_BYTES = 4096;
    private static final int MAX_DECIMAL = 128;
    private static final int FIELDS = 15;

    private BarJson() {}

    public static byte[] write(TradeBar bar) {
        StringWriter out = new StringWriter(400);
        try (JsonWriter json = new JsonWriter(out)) {
            json.beginObject();
            json.name("openTime").value(bar.openTime());
            json.name("closeTime").value(bar.closeTime());
            decimal(json, "open", bar.open());
            decimal(json, "high", bar.high());
            decimal(json, "low", bar.low());
            decimal(json, "close", bar.close());
            decimal(json, "volume", bar.volume());
            decimal(json, "quoteVolume", bar.quoteVolume());
            json.name("trades").value(bar.trades());
            decimal(json, "takerBuyVolume", bar.takerBuyVolume());
            decimal(json, "takerBuyQuoteVolume", bar.takerBuyQuoteVolume());
            decimal(json, "vwap", bar.vwap());
            json.name("firstTradeId").value(bar.firstTradeId());
            json.name("lastTradeId").value(bar.lastTradeId());
            json.name("partial").value(bar.partial());
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory can't fail", e);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when it is no bar; the message says what is wrong with it */
    public static TradeBar read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a bar of %d bytes: expected at most %d".formatted(bytes.length, MAX_BYTES));
        }
        Map<String, String> values = values(bytes);
        if (values.size() != FIELDS) {
            throw new IllegalArgumentException("%d fields instead of %d".formatted(values.size(), FIELDS));
        }
        return new TradeBar(
                number(values, "openTime"),
                number(values, "closeTime"),
                decimal(values, "open"),
                decimal(values, "high"),
                decimal(values, "low"),
                decimal(values, "close"),
                decimal(values, "volume"),
                decimal(values, "quoteVolume"),
                number(values, "trades"),
                decimal(values, "takerBuyVolume"),
                decimal(values, "takerBuyQuoteVolume"),
                decimal(values, "vwap"),
                number(values, "firstTradeId"),
                number(values, "lastTradeId"),
                bool(values, "partial"));
    }

    private static Map<String, String> values(byte[] bytes) {
        Map<String, String> values = new HashMap<>();
        try (JsonReader json = new JsonReader(new StringReader(new String(bytes, StandardCharsets.UTF_8)))) {
            json.setStrictness(Strictness.STRICT);
            expect(json.peek() == JsonToken.BEGIN_OBJECT, "no JSON object");
            json.beginObject();
            while (json.hasNext()) {
                String name = json.nextName();
                if (values.put(name, scalar(json, name)) != null) {
                    throw new IllegalArgumentException(OneLine.of(name) + " stands there twice");
                }
            }
            json.endObject();
            expect(json.peek() == JsonToken.END_DOCUMENT, "more than one JSON object");
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON: " + OneLine.of(String.valueOf(e.getMessage())), e);
        }
        return values;
    }

    private static String scalar(JsonReader json, String name) throws IOException {
        return switch (json.peek()) {
            case STRING, NUMBER -> json.nextString();
            case BOOLEAN -> Boolean.toString(json.nextBoolean());
            default -> throw new IllegalArgumentException(OneLine.of(name) + " is no value");
        };
    }

    private static void decimal(JsonWriter json, String name, BigDecimal value) throws IOException {
        json.name(name).value(value.toPlainString());
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static long number(Map<String, String> values, String name) {
        try {
            return Long.parseLong(value(values, name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is no whole number: " + OneLine.of(value(values, name)), e);
        }
    }

    private static BigDecimal decimal(Map<String, String> values, String name) {
        String text = value(values, name);
        // An exponent could make a few characters a number of a billion digits.
        if (text.length() > MAX_DECIMAL || !Decimals.isPlain(text)) {
            throw new IllegalArgumentException(name + " is no plain decimal: " + OneLine.of(text));
        }
        return new BigDecimal(text);
    }

    private static boolean bool(Map<String, String> values, String name) {
        String text = value(values, name);
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(name + " is neither true nor false");
        }
        return text.equals("true");
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
