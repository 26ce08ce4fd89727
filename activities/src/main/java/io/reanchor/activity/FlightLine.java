package io.reanchor.activity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reanchor.kit.BarJson;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.TradeBar;
import io.reanchor.redis.MarketView;
import io.temporal.common.converter.JacksonJsonPayloadConverter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a flight recording: JSON objects, one a line, each of a kind and a time. Of a worker that took part alone; those of several
 * workers, one after the other, are one recording.
 */
final class FlightLine {
    static final String KIND = "flight";
    static final String BEGINS = "begins";
    static final String ANSWER = "answer";
    static final String LIVE_BOOK = "liveBook";
    static final String LIVE_BARS = "liveBars";
    static final String DIFFS = "diffs";
    static final String TRADES = "trades";
    static final String BOOK_STAGED = "bookStaged";
    static final String BARS_STAGED = "barsStaged";
    static final String VALIDATED = "validated";
    static final String PREPARED = "prepared";
    static final String FAILED = "failed";
    static final String ENDED = "ended";
    static final String TRUNCATED = "truncated";

    /** Lanes, each of which asks the sources one thing after the other. */
    static final String SNAPSHOT = "snapshot";

    static final String WINDOW = "window";
    static final String CHECKS = "checks";

    /** As Temporal's payloads are written. */
    static final ObjectMapper JSON = JacksonJsonPayloadConverter.newDefaultObjectMapper();

    private FlightLine() {}

    static byte[] bytes(String kind, Instant at, Map<String, ?> content) {
        ObjectNode line = JSON.createObjectNode();
        line.put(KIND, kind);
        line.put("at", at.toString());
        content.forEach((name, value) -> line.set(name, JSON.valueToTree(value)));
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode parse(String line) throws JsonProcessingException {
        return JSON.readTree(line);
    }

    static String kind(JsonNode line) {
        return line.path(KIND).asText();
    }

    static <T> T value(JsonNode node, Class<T> type) {
        return JSON.convertValue(node, type);
    }

    static @Nullable Long id(JsonNode node) {
        return node.isIntegralNumber() ? Long.valueOf(node.asLong()) : null;
    }

    static @Nullable Map<String, Object> book(MarketView.@Nullable Book book) {
        return book == null ? null : book(book.book());
    }

    private static Map<String, Object> book(OrderBook book) {
        DepthSnapshot all = book.snapshot();
        return Map.of(
                "id", book.lastUpdateId(),
                "time", book.eventTime(),
                "bids", levels(all.bids()),
                "asks", levels(all.asks()));
    }

    private static Map<String, String> levels(PriceLevels levels) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < levels.size(); i++) {
            all.put(PackedDecimal.toString(levels.price(i)), PackedDecimal.toString(levels.quantity(i)));
        }
        return all;
    }

    static Map<String, String> bars(SortedMap<Long, TradeBar> bars, long since) {
        Map<String, String> all = new TreeMap<>();
        bars.tailMap(since)
                .forEach((start, bar) ->
                        all.put(Long.toString(start), new String(BarJson.write(bar), StandardCharsets.UTF_8)));
        return all;
    }
}
