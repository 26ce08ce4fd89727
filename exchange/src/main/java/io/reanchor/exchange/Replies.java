package io.reanchor.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.market.Decimals;
import io.reanchor.market.Ids;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Reads values out of a reply, believing nothing: each look-up either has the type and the size that was asked for, or is a
 * {@code MalformedReply} that names what was expected and what came.
 */
final class Replies {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_STRING = 4096;
    private static final int MAX_NUMBER = 40;

    /** A full book has 40,000, a thousand trades or klines less: what has far more is made to fill the heap with empty nodes. */
    private static final long MAX_TOKENS = 500_000;

    static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_STRING)
                            .maxNumberLength(MAX_NUMBER)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** More than a message shows, so that it tells when there was more. */
    private static final int SHOWN_BYTES = 500;

    /** More than any price or quantity has; the book's packed decimals hold no more. */
    private static final int MAX_WHOLE = 17;

    private static final int MAX_FRACTION = 18;

    /** In the year 5138: what is later is no time in milliseconds. */
    static final long LAST_TIME = 99_999_999_999_999L;

    private final Context asked;

    Replies(Context asked) {
        this.asked = asked;
    }

    JsonNode object(byte[] body) {
        JsonNode node = tree(body);
        return node.isObject() ? node : refuse("a JSON object", node);
    }

    /** @param max how many elements were asked for */
    JsonNode array(byte[] body, int max) {
        return array(tree(body), "the reply", max);
    }

    JsonNode array(JsonNode node, String what, int max) {
        if (!node.isArray()) {
            return refuse(what + " to be a JSON array", node);
        }
        if (node.size() > max) {
            throw asked.beyondLimit("%s to have at most %d elements".formatted(what, max), "" + node.size(), null);
        }
        return node;
    }

    private JsonNode tree(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (StreamConstraintsException beyond) {
            throw asked.beyondLimit("JSON within the limits", Context.shown(beyond.getOriginalMessage()), null);
        } catch (IOException notJson) { // no cause: its message quotes what came as it came
            throw asked.malformed("JSON", start(body), null);
        }
    }

    /** How a body begins, for a message. */
    static String start(byte[] body) {
        return Context.shown(new String(body, 0, Math.min(body.length, SHOWN_BYTES), StandardCharsets.UTF_8));
    }

    /** A whole number from zero up, see {@link Ids#MAX}. */
    long id(JsonNode node, String what) {
        if (!isId(node)) {
            refuse(what + " to be a whole number from 0 to " + Ids.MAX, node);
        }
        return node.longValue();
    }

    static boolean isId(JsonNode node) {
        return node.isIntegralNumber()
                && node.canConvertToLong()
                && node.longValue() >= 0
                && node.longValue() <= Ids.MAX;
    }

    /** Epoch milliseconds. */
    long time(JsonNode node, String what) {
        long time = id(node, what);
        if (time > LAST_TIME) {
            refuse(what + " to be epoch milliseconds", node);
        }
        return time;
    }

    boolean flag(JsonNode node, String what) {
        if (!node.isBoolean()) {
            refuse(what + " to be true or false", node);
        }
        return node.booleanValue();
    }

    /** @param max characters */
    String text(JsonNode node, String what, int max) {
        if (!node.isTextual() || node.textValue().length() > max) {
            refuse("%s to be a text of at most %d characters".formatted(what, max), node);
        }
        return node.textValue();
    }

    /** The text of a plain decimal from zero up: no sign, no exponent. */
    String decimalText(JsonNode node, String what) {
        String text = node.textValue();
        if (text == null || !isDecimal(text)) {
            return refuse(what + " to be a decimal as text, like \"0.01000000\"", node);
        }
        return text;
    }

    private static boolean isDecimal(String text) {
        int point = text.indexOf('.');
        int whole = point < 0 ? text.length() : point;
        return whole <= MAX_WHOLE
                && text.length() - whole <= 1 + MAX_FRACTION
                && !text.startsWith("-")
                && Decimals.isPlain(text);
    }

    BigDecimal decimal(JsonNode node, String what) {
        return new BigDecimal(decimalText(node, what));
    }

    BigDecimal positive(JsonNode node, String what) {
        BigDecimal value = decimal(node, what);
        if (value.signum() <= 0) {
            refuse(what + " to be above 0", node);
        }
        return value;
    }

    /** Always throws. */
    <T> T refuse(String expected, JsonNode actual) {
        throw asked.malformed(expected, actual.isMissingNode() ? "nothing" : Context.shown(actual.toString()), null);
    }
}
