package io.reanchor.redis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.kit.Keyspace.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;

/** Book, bars and features as hashes, read in one MULTI: what every reader finds that asks for nothing else. */
class HashLayoutTest extends LayoutContract {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    RedisSettings layout(RedisSettings settings) {
        return settings;
    }

    @Override
    LiveSeen read(Jedis redis) {
        List<Map<String, String>> keys = new ArrayList<>();
        try (Transaction all = redis.multi()) {
            for (Family family : List.of(Family.BOOK, Family.BARS_1S, Family.BARS_5S, Family.FEATURES)) {
                all.hgetAll(names().live(family));
            }
            for (Object reply : all.exec()) {
                Map<String, String> fields = new TreeMap<>();
                ((Map<?, ?>) reply).forEach((field, value) -> fields.put((String) field, (String) value));
                keys.add(fields);
            }
        }
        Map<String, String> book = keys.get(0);
        return new LiveSeen(
                keys.stream().map(key -> key.getOrDefault("gen", "")).toList(),
                only(book, "lastUpdateId", "eventTime", "suspectFrom", "suspectAt"),
                side(book, "b:"),
                side(book, "a:"),
                only(keys.get(1), "lastTradeId", "suspectFrom", "suspectAt"),
                bars(keys.get(1)),
                bars(keys.get(2)),
                only(keys.get(3), "asOfUpdateId", "asOfTradeId"),
                features(keys.get(3)));
    }

    private static Map<String, String> only(Map<String, String> key, String... fields) {
        Map<String, String> result = new LinkedHashMap<>();
        for (String field : fields) {
            if (key.containsKey(field)) {
                result.put(field, key.get(field));
            }
        }
        return result;
    }

    private static Map<String, String> side(Map<String, String> book, String prefix) {
        Map<String, String> levels = new LinkedHashMap<>();
        book.forEach((field, value) -> {
            if (field.startsWith(prefix)) {
                levels.put(field.substring(2), value);
            }
        });
        return levels;
    }

    private static Map<Long, String> bars(Map<String, String> key) {
        Map<Long, String> bars = new TreeMap<>();
        key.forEach((field, value) -> {
            if (field.matches("[0-9]+")) {
                bars.put(Long.valueOf(field), bar(value));
            }
        });
        return bars;
    }

    private static String bar(String json) {
        try {
            JsonNode bar = MAPPER.readTree(json);
            return bar.get("close").asText() + " x " + bar.get("trades").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }

    private static Map<String, String> features(Map<String, String> key) {
        Map<String, String> features = new TreeMap<>(key);
        features.keySet()
                .removeAll(List.of(
                        "owner", "seq", "gen", "ofBook", "ofBars1s", "ofBars5s", "asOfUpdateId", "asOfTradeId"));
        return features;
    }
}
