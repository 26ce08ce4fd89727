package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.kit.Connections;
import io.reanchor.kit.JsonKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** The same state as JSON strings, read in one MGET, by readers that had such strings before. */
class JsonLayoutTest extends LayoutContract {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] KEYS = {
        "json:ob:BTCUSDT", "json:tr:BTCUSDT:1s", "json:tr:BTCUSDT:5s", "json:feat:BTCUSDT"
    };

    @Override
    RedisSettings layout(RedisSettings settings) {
        return settings.withKeyspace(settings.keyspace()
                .withJson(new JsonKeys(
                        "json:ob:<symbol>",
                        "json:tr:<symbol>:1s",
                        "json:tr:<symbol>:5s",
                        "json:feat:<symbol>",
                        JsonKeys.BARS)));
    }

    @Override
    LiveSeen read(Jedis redis) {
        List<JsonNode> keys =
                redis.mget(KEYS).stream().map(JsonLayoutTest::parsed).toList();
        JsonNode book = keys.get(0);
        return new LiveSeen(
                keys.stream().map(key -> key.path("gen").asText()).toList(),
                numbers(book, "lastUpdateId", "eventTime", "suspectFrom", "suspectAt"),
                side(book.path("bids"), -1),
                side(book.path("asks"), 1),
                numbers(keys.get(1), "lastTradeId", "suspectFrom", "suspectAt"),
                bars(keys.get(1)),
                bars(keys.get(2)),
                numbers(keys.get(3), "asOfUpdateId", "asOfTradeId"),
                features(keys.get(3)));
    }

    private static JsonNode parsed(@Nullable String json) {
        try {
            return json == null ? MAPPER.createObjectNode() : MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(json, e);
        }
    }

    private static Map<String, String> numbers(JsonNode key, String... members) {
        Map<String, String> result = new LinkedHashMap<>();
        for (String member : members) {
            if (key.has(member)) {
                assertThat(key.get(member).isIntegralNumber()).as(member).isTrue();
                result.put(member, key.get(member).asText());
            }
        }
        return result;
    }

    /** Best first. */
    private static Map<String, String> side(JsonNode levels, int sign) {
        Map<String, String> result = new LinkedHashMap<>();
        levels.forEach(
                level -> result.put(level.get(0).textValue(), level.get(1).textValue()));
        List<Double> prices = result.keySet().stream().map(Double::valueOf).toList();
        assertThat(prices).isSortedAccordingTo(Comparator.comparingDouble(price -> sign * price));
        return result;
    }

    private static Map<Long, String> bars(JsonNode key) {
        Map<Long, String> bars = new TreeMap<>();
        List<Long> order = new ArrayList<>();
        key.path("bars").forEach(bar -> {
            order.add(bar.get("openTime").longValue());
            bars.put(
                    bar.get("openTime").longValue(),
                    bar.get("close").textValue() + " x " + bar.get("trades").asText());
        });
        assertThat(order).isSorted();
        return bars;
    }

    private static Map<String, String> features(JsonNode key) {
        Map<String, String> features = new TreeMap<>();
        key.path("features")
                .properties()
                .forEach(member ->
                        features.put(member.getKey(), member.getValue().textValue()));
        return features;
    }

    /** A script's write would fail inside EXEC, which doesn't roll back: the hashes would be new, and the strings old. */
    @Test
    void aFullMemoryRefusesTheWholeCutOver() {
        given.recover(Given.run("a"), 100, 50);
        LiveSeen before = seen();
        List<String> hashes = given.dump();
        Token token = Given.run("b");
        given.claim(token);
        given.stage(token, 110, 60);
        try (Jedis redis = new Jedis(server.uri());
                Connection connection = Connections.standalone(server.uri(), Duration.ofSeconds(2))
                        .open(names().flag())) {
            redis.configSet("maxmemory", "1");
            try {
                SwapTransaction swap = new SwapTransaction(
                        names(),
                        Duration.ofMinutes(1),
                        Generation.parse("2-b.1").orElseThrow());
                List<Object> replies = swap.send(connection);
                assertThatThrownBy(() -> swap.executed(replies))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageContaining("OOM");
            } finally {
                redis.configSet("maxmemory", "0");
            }
        }

        assertThat(seen()).isEqualTo(before);
        assertThat(given.dump()).isEqualTo(hashes);
        given.state.settle(SYMBOL, token, null);
    }

    /** The negative control: whoever doesn't know of the strings leaves them behind, which the contract must notice. */
    @Test
    void aWriterWithoutTheStringsIsNoticed() {
        given.recover(Given.run("a"), 100, 50);
        given.redis.hset("ob:BTCUSDT", Map.of("lastUpdateId", "101", "b:99.5", "7"));

        assertThat(seen().updateId()).isEqualTo(100);
        assertThat(seen().bids()).doesNotContainEntry("99.5", "7");
    }
}
