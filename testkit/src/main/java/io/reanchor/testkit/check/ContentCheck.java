package io.reanchor.testkit.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.testkit.check.Run.Operation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Holds what a recovery made live against what the exchange had when it began. */
final class ContentCheck {
    private final Run run;
    private final List<Violation> violations = new ArrayList<>();

    ContentCheck(Run run) {
        this.run = run;
    }

    List<Violation> check() {
        for (Operation dump : run.dumps) {
            String live = dump.keys().path(run.symbol.meta()).path("gen").asText();
            Optional<Operation> recovery = run.recovery(live);
            Optional<JsonNode> truth = recovery.flatMap(r -> run.truth(r.begin().time()));
            truth.ifPresent(is -> check(dump, is));
        }
        return violations;
    }

    private void check(Operation dump, JsonNode truth) {
        JsonNode book = fields(dump, 0);
        equal(
                dump,
                "the book's id",
                truth.path("lastUpdateId").asText(),
                book.path("lastUpdateId").asText());
        equal(dump, "bids", decimals(truth.path("bids"), ""), decimals(book, "b:"));
        equal(dump, "asks", decimals(truth.path("asks"), ""), decimals(book, "a:"));
        bars(dump, truth.path("bars1s"), fields(dump, 1));
        bars(dump, truth.path("bars5s"), fields(dump, 2));
        JsonNode features = fields(dump, 3);
        madeOf(dump, "update", book.path("lastUpdateId"), features.path("asOfUpdateId"));
        madeOf(dump, "trade", fields(dump, 1).path("lastTradeId"), features.path("asOfTradeId"));
    }

    /** Features stay as they are while book and bars follow their journals. */
    private void madeOf(Operation dump, String what, JsonNode is, JsonNode features) {
        if (!run.journaled || features.asLong(Long.MAX_VALUE) > is.asLong()) {
            equal(dump, "the features' %s id".formatted(what), is, features);
        }
    }

    private JsonNode fields(Operation dump, int family) {
        return dump.keys().path(run.symbol.live().get(family)).path("fields");
    }

    private void bars(Operation dump, JsonNode truth, JsonNode bars) {
        Map<String, JsonNode> are = new HashMap<>();
        bars.properties().stream()
                .filter(field -> field.getKey().matches("[0-9]+"))
                .forEach(field -> are.put(field.getKey(), bar(field.getValue().asText())));
        truth.properties().forEach(bar -> {
            JsonNode is = Objects.requireNonNullElse(are.remove(bar.getKey()), History.tree(Map.of()));
            bar.getValue()
                    .properties()
                    .forEach(value -> equal(
                            dump,
                            "%s of bar %s".formatted(value.getKey(), bar.getKey()),
                            number(value.getValue()),
                            number(is.path(value.getKey()))));
        });
        equal(dump, "bars that never were", Map.of(), are);
    }

    private static JsonNode bar(String json) {
        try {
            return History.JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return History.tree(Map.of()); // differs from any bar
        }
    }

    private static Map<String, Object> decimals(JsonNode fields, String prefix) {
        Map<String, Object> levels = new HashMap<>();
        fields.properties().stream()
                .filter(field -> field.getKey().startsWith(prefix))
                .forEach(field -> levels.put(
                        String.valueOf(decimal(field.getKey().substring(prefix.length()))),
                        String.valueOf(decimal(field.getValue().asText()))));
        return levels;
    }

    private static Object number(JsonNode value) {
        return value.isMissingNode() ? "nothing" : decimal(value.asText());
    }

    private static Object decimal(String text) {
        try {
            return new BigDecimal(text).stripTrailingZeros();
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private void equal(Operation dump, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            violations.add(new Violation(
                    Invariant.CONTENT_TRUE,
                    "%s: the exchange had %s, live is %s".formatted(what, expected, actual),
                    dump.endTime()));
        }
    }
}
