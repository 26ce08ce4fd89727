package io.reanchor.worker;

import io.reanchor.redis.RequestStream;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ReanchorRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A report in the stream's flat fields, as {@link ReanchorRequest} names them. */
final class RequestEntry {
    private static final Set<String> KNOWN = Set.of(
            "symbol",
            "firstUpdateId",
            "lastUpdateId",
            "firstTradeId",
            "lastTradeId",
            "since",
            "reason",
            "requestedBy",
            "priority");

    private RequestEntry() {}

    /**
     * The same for the same entry, however often it is read: its id makes it one report.
     *
     * @throws IllegalArgumentException naming the field, what was expected and what is there
     */
    static ReanchorRequest request(RequestStream.Entry entry) {
        Map<String, String> fields = entry.fields();
        Set<String> unknown = new TreeSet<>(fields.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: not known; expected some of %s".formatted(unknown, new TreeSet<>(KNOWN)));
        }
        FeedGap gap = new FeedGap(
                number(fields, "firstUpdateId"),
                number(fields, "lastUpdateId"),
                number(fields, "firstTradeId"),
                number(fields, "lastTradeId"),
                time(fields.get("since")));
        Long priority = number(fields, "priority");
        return ReanchorRequest.requireValid(new ReanchorRequest(
                ReanchorRequest.requireSymbol(fields.get("symbol")),
                gap,
                fields.getOrDefault("reason", ""),
                fields.getOrDefault("requestedBy", RequestStream.KEY),
                "redis-" + entry.id(),
                priority == null ? 0 : Math.toIntExact(Math.max(Math.min(priority, 1_000), -1_000))));
    }

    private static @Nullable Long number(Map<String, String> fields, String name) {
        String text = fields.getOrDefault(name, "");
        try {
            return text.isEmpty() ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s is \"%s\": expected a whole number".formatted(name, text), e);
        }
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null || text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "since is \"%s\": expected a time like 2024-08-08T12:00:00Z".formatted(text), e);
        }
    }
}
