package io.reanchor.activity;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.redis.ReplayedKeys;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was in Redis, put into the replay's Redis as each step found it. Not thread-safe. */
final class RecordedKeys implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);

    private final Names names;
    private final ReplayedKeys redis;
    private final Journal<DepthUpdate> diffs;
    private final Journal<Trade> trades;
    private final Deque<JsonNode> diffsToCome = new ArrayDeque<>();
    private final Deque<JsonNode> tradesToCome = new ArrayDeque<>();

    /** @param lines all of the recording: the journals' entries are recorded after the step that found them */
    RecordedKeys(URI uri, String symbol, List<JsonNode> lines) {
        names = Keyspace.DEFAULT.of(symbol);
        redis = new ReplayedKeys(uri);
        diffs = Journal.diffs(names, LONG);
        trades = Journal.trades(names, LONG);
        for (JsonNode line : lines) {
            switch (FlightLine.kind(line)) {
                case FlightLine.DIFFS -> line.path("events").forEach(diffsToCome::add);
                case FlightLine.TRADES -> line.path("events").forEach(tradesToCome::add);
                default -> {}
            }
        }
    }

    /** Appends to the journals what comes up to these ids; null for nothing. */
    void journals(@Nullable Long updateId, @Nullable Long tradeId) {
        append(diffs, diffsToCome, "u", updateId);
        append(trades, tradesToCome, "id", tradeId);
    }

    private <E> void append(Journal<E> journal, Deque<JsonNode> toCome, String last, @Nullable Long upTo) {
        List<E> events = new ArrayList<>();
        while (upTo != null && !toCome.isEmpty() && toCome.peek().path(last).asLong() <= upTo) {
            events.add(journal.event(fields(toCome.remove(), "")));
        }
        if (!events.isEmpty()) {
            redis.append(journal, events);
        }
    }

    void liveBook(JsonNode line) {
        JsonNode live = line.path("book");
        String generation = line.path("ids").path("generation").asText();
        if (live.isObject()) {
            Map<String, String> fields = fields(live.path("bids"), Fields.BID);
            fields.putAll(fields(live.path("asks"), Fields.ASK));
            JsonNode seen = line.path("ids").path("lastUpdateId"); // before the book was read: a writer went on between
            fields.put(Fields.LAST_UPDATE_ID, (seen.isIntegralNumber() ? seen : live.path("id")).asText());
            fields.put(Fields.EVENT_TIME, live.path("time").asText());
            fields.put(Fields.GEN, generation);
            redis.put(names.live(Family.BOOK), fields);
        }
        if (!generation.isEmpty()) {
            redis.put(names.live(Family.META), Map.of(Fields.GEN, generation));
        }
    }

    void liveBars(JsonNode line) {
        if (line.path(Fields.LAST_TRADE_ID).isIntegralNumber()) {
            bars(Family.BARS_1S, line, "bars1s");
            bars(Family.BARS_5S, line, "bars5s");
        }
    }

    private void bars(Family family, JsonNode line, String bars) {
        Map<String, String> fields = fields(line.path(bars), "");
        fields.put(Fields.LAST_TRADE_ID, line.path(Fields.LAST_TRADE_ID).asText());
        redis.put(names.live(family), fields);
    }

    private static Map<String, String> fields(JsonNode object, String prefix) {
        Map<String, String> fields = new HashMap<>();
        object.properties()
                .forEach(field ->
                        fields.put(prefix + field.getKey(), field.getValue().asText()));
        return fields;
    }

    @Override
    public void close() {
        redis.close();
    }
}
