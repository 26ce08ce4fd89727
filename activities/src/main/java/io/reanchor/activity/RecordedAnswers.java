package io.reanchor.activity;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSource;
import io.reanchor.exchange.MarketDataSources;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What sources answered, by who asked what, in the order in which it was asked: each answer is given once. Thread-safe. */
final class RecordedAnswers {
    private final Map<String, Deque<byte[]>> answers = new ConcurrentHashMap<>();
    private final List<String> sources;

    /** @param sources all that answered anything, in the order in which they are asked */
    RecordedAnswers(List<String> sources) {
        this.sources = sources.isEmpty() ? List.of("none") : sources;
    }

    MarketDataSources sources(String lane) {
        return new MarketDataSources(sources.stream()
                .map(name ->
                        (MarketDataSource) BinanceSpotRest.recorded(name, path -> next(question(lane, name, path))))
                .toList());
    }

    void add(JsonNode line) {
        String question = question(
                line.path("lane").asText(),
                line.path("source").asText(),
                line.path("path").asText());
        answers.computeIfAbsent(question, unknown -> new ArrayDeque<>())
                .add(line.path("body").asText().getBytes(StandardCharsets.UTF_8));
    }

    /** An answer's time counts less what it took, and here it takes none: a millisecond decides whether a bar was over. */
    void lastTimeWas(String lane, Instant time) {
        answers.forEach((question, all) -> {
            if (question.startsWith(lane + ' ') && question.endsWith(" /api/v3/time") && !all.isEmpty()) {
                all.removeLast();
                all.addLast("{\"serverTime\":%d}".formatted(time.toEpochMilli()).getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private Optional<byte[]> next(String question) {
        Deque<byte[]> all = answers.getOrDefault(question, new ArrayDeque<>());
        synchronized (all) {
            return Optional.ofNullable(all.poll());
        }
    }

    private static String question(String lane, String source, String path) {
        return lane + ' ' + source + ' ' + path;
    }
}
