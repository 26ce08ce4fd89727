package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.workflow.DataQuality;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * The receipt of a cut-over, the hash {@code meta:S}. It is staged and renamed like the rest, so it is there exactly when the
 * cut-over happened. {@code previous} lists the generations before it, newest first, each as {@code gen,lastUpdateId,lastTradeId,at};
 * a generation bears its token.
 */
final class Receipt {
    /** How many generations before its own a receipt lists. */
    static final int LISTED = 32;

    static final String REPLACED = "replaced";
    static final String AT = "at";
    static final String ATTEMPTS = "attempts";
    static final String PREVIOUS = "previous";

    private static final String LOST_UPDATES = "lostUpdates";
    private static final String LOST_TRADES = "lostTrades";
    private static final String PARTIAL_BARS = "partialBars";
    private static final String TRUSTED_LOW = "trustedLow";
    private static final String TRUSTED_HIGH = "trustedHigh";
    private static final String WARMING_UP = "warmingUp";
    private static final String JOURNAL = "journal";

    /** What {@link #find} looks at. */
    static final List<String> FOUND_BY = List.of(
            Fields.GEN,
            REPLACED,
            Fields.LAST_UPDATE_ID,
            Fields.LAST_TRADE_ID,
            AT,
            ATTEMPTS,
            PREVIOUS,
            LOST_UPDATES,
            LOST_TRADES,
            PARTIAL_BARS,
            TRUSTED_LOW,
            TRUSTED_HIGH,
            WARMING_UP,
            JOURNAL);

    private Receipt() {}

    /** Asks for what {@link #find} looks at; {@link #answered} reads the reply. */
    static void ask(Connection connection, Names names) {
        String[] arguments = Stream.concat(Stream.of(names.live(Family.META)), FOUND_BY.stream())
                .toArray(String[]::new);
        connection.sendCommand(Command.HMGET, arguments);
    }

    static Map<String, String> answered(Object reply) {
        List<Object> values = Replies.list(reply);
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            String value = Replies.textOrNull(values.get(i));
            if (value != null) {
                fields.put(FOUND_BY.get(i), value);
            }
        }
        return fields;
    }

    /** What the receipt says of a cut-over, beside what the seal itself adds: owner, gen, previous. */
    static Map<String, String> fields(String workflowId, Token token, StagedState staged, Instant at, int attempt) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("kind", "recovery");
        fields.put("workflowId", workflowId);
        fields.put("runId", token.runId());
        fields.put(REPLACED, staged.against());
        fields.put(AT, Long.toString(at.toEpochMilli()));
        fields.put(ATTEMPTS, Integer.toString(attempt));
        fields.put(Fields.LAST_UPDATE_ID, Fields.text(staged.book().key().id()));
        fields.put(Fields.LAST_TRADE_ID, Fields.text(staged.bars().bars1s().id()));
        for (Sealed key : Sealed.all(staged)) {
            fields.put(key.field(), key.text());
        }
        fields.put("bids", Integer.toString(staged.book().bids()));
        fields.put("asks", Integer.toString(staged.book().asks()));
        fields.put("bookDigest", staged.book().digest());
        fields.put("bookSource", staged.book().source());
        fields.put(TRUSTED_LOW, staged.book().trustedLow());
        fields.put(TRUSTED_HIGH, staged.book().trustedHigh());
        fields.put(LOST_UPDATES, text(staged.book().lost()));
        fields.put(LOST_TRADES, text(staged.bars().lost()));
        fields.put(JOURNAL, Fields.text(staged.book().journal()));
        fields.put(WARMING_UP, String.join(" ", staged.features().warmingUp()));
        fields.put("exchangeTime", Long.toString(staged.book().exchangeTime().toEpochMilli()));
        fields.put("barsSource", staged.bars().source());
        fields.put("barsSince", Long.toString(staged.bars().since().toEpochMilli()));
        fields.put("trades", Long.toString(staged.bars().trades()));
        fields.put("firstTradeId", Fields.text(staged.bars().firstTradeId()));
        fields.put(
                PARTIAL_BARS,
                String.join(
                        " ",
                        staged.bars().partial().stream()
                                .map(bucket -> Long.toString(bucket.toEpochMilli()))
                                .toList()));
        return fields;
    }

    /** This token's cut-over as the live receipt, or the list in it, tells it. */
    static Optional<SwapReceipt> find(Map<String, String> meta, Token token, boolean resolved) {
        String gen = meta.getOrDefault(Fields.GEN, "");
        if (bears(gen, token)) {
            return Optional.of(new SwapReceipt(
                    gen,
                    meta.getOrDefault(REPLACED, ""),
                    number(meta.get(Fields.LAST_UPDATE_ID), 0),
                    id(meta.get(Fields.LAST_TRADE_ID)),
                    Instant.ofEpochMilli(number(meta.get(AT), 0)),
                    (int) number(meta.get(ATTEMPTS), 1),
                    resolved,
                    null,
                    quality(meta),
                    null,
                    null));
        }
        String[] previous = meta.getOrDefault(PREVIOUS, "").trim().split(" +", -1);
        for (int i = 0; i < previous.length; i++) {
            String[] entry = previous[i].split(",", -1);
            if (entry.length == 4 && bears(entry[0], token)) {
                String before = i + 1 < previous.length ? previous[i + 1].split(",", -1)[0] : "";
                return Optional.of(new SwapReceipt(
                        entry[0],
                        before,
                        number(entry[1], 0),
                        id(entry[2]),
                        Instant.ofEpochMilli(number(entry[3], 0)),
                        1,
                        resolved,
                        null,
                        null,
                        null,
                        null));
            }
        }
        return Optional.empty();
    }

    /** What of it can't be promised. */
    static DataQuality quality(StagedState staged) {
        return new DataQuality(
                staged.book().lost(),
                staged.bars().lost(),
                staged.bars().partial(),
                staged.book().trustedLow(),
                staged.book().trustedHigh(),
                staged.features().warmingUp(),
                staged.book().journal());
    }

    private static DataQuality quality(Map<String, String> meta) {
        List<IdSpan> journal = spans(meta.get(JOURNAL));
        return new DataQuality(
                spans(meta.get(LOST_UPDATES)),
                spans(meta.get(LOST_TRADES)),
                words(meta.get(PARTIAL_BARS)).stream()
                        .map(start -> Instant.ofEpochMilli(number(start, 0)))
                        .toList(),
                meta.getOrDefault(TRUSTED_LOW, ""),
                meta.getOrDefault(TRUSTED_HIGH, ""),
                words(meta.get(WARMING_UP)),
                journal.isEmpty() ? null : journal.get(0));
    }

    private static String text(List<IdSpan> spans) {
        return spans.stream().map(IdSpan::toString).collect(Collectors.joining(" "));
    }

    private static List<IdSpan> spans(@Nullable String text) {
        return words(text).stream()
                .map(span -> span.split("\\.\\.", 2))
                .map(ends -> new IdSpan(number(ends[0], 0), number(ends[ends.length - 1], 0)))
                .toList();
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.trim().split(" +", -1));
    }

    private static boolean bears(String generation, Token token) {
        return Generation.parse(generation).filter(g -> g.token().equals(token)).isPresent();
    }

    private static long number(@Nullable String text, long otherwise) {
        return text == null || !text.matches("[0-9]{1,18}") ? otherwise : Long.parseLong(text);
    }

    private static @Nullable Long id(@Nullable String text) {
        return text == null || !Fields.isId(text) ? null : Long.valueOf(text);
    }
}
