package io.reanchor.redis;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.reanchor.market.TradeBar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** A bar as it stands in Redis: decimals as strings in canonical text, times in epoch milliseconds. */
public final class BarJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_BYTES = 4096;
    private static final int MAX_DECIMAL = 128;
    private static final int FIELDS = 15;

    private BarJson() {}

    public static byte[] write(TradeBar bar) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(400);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("openTime", bar.openTime());
            json.writeNumberField("closeTime", bar.closeTime());
            decimal(json, "open", bar.open());
            decimal(json, "high", bar.high());
            decimal(json, "low", bar.low());
            decimal(json, "close", bar.close());
            decimal(json, "volume", bar.volume());
            decimal(json, "quoteVolume", bar.quoteVolume());
            json.writeNumberField("trades", bar.trades());
            decimal(json, "takerBuyVolume", bar.takerBuyVolume());
            decimal(json, "takerBuyQuoteVolume", bar.takerBuyQuoteVolume());
            decimal(json, "vwap", bar.vwap());
            json.writeNumberField("firstTradeId", bar.firstTradeId());
            json.writeNumberField("lastTradeId", bar.lastTradeId());
            json.writeBooleanField("partial", bar.partial());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory can't fail", e);
        }
        return out.toByteArray();
    }

    /** @throws IllegalArgumentException when it is no bar; the message says what is wrong with it */
    public static TradeBar read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a bar of %d bytes: expected at most %d".formatted(bytes.length, MAX_BYTES));
        }
        Map<String, String> values = new HashMap<>();
        try (JsonParser json = JSON.createParser(bytes)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, "no JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                expect(json.nextToken().isScalarValue(), name + " is no value");
                expect(values.put(name, json.getText()) == null, name + " stands there twice");
            }
            expect(
                    json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "more than one JSON object");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no JSON: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e);
        }
        expect(values.size() == FIELDS, "%d fields instead of %d".formatted(values.size(), FIELDS));
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

    private static void decimal(JsonGenerator json, String name, BigDecimal value) throws IOException {
        json.writeStringField(name, value.toPlainString());
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
            throw new IllegalArgumentException(
                    name + " is no whole number: " + Fenced.shortened(value(values, name)), e);
        }
    }

    private static BigDecimal decimal(Map<String, String> values, String name) {
        String text = value(values, name);
        // An exponent could make a few characters a number of a billion digits.
        expect(
                text.length() <= MAX_DECIMAL && text.matches("-?[0-9]+(\\.[0-9]+)?"),
                name + " is no plain decimal: " + Fenced.shortened(text));
        return new BigDecimal(text);
    }

    private static boolean bool(Map<String, String> values, String name) {
        String text = value(values, name);
        expect(text.equals("true") || text.equals("false"), name + " is neither true nor false");
        return text.equals("true");
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
