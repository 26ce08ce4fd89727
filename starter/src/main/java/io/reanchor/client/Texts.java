package io.reanchor.client;

import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ManyRequest;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.RevertRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the Web UI shows of a request. */
final class Texts {
    private static final int SUMMARY_LIMIT = 200;

    private Texts() {}

    static String summary(ReanchorRequest request) {
        String text = request.symbol() + ": " + gap(request.gap());
        return request.reason().isEmpty() ? text : cut(text + ": " + request.reason());
    }

    static String summary(RevertRequest request) {
        String text = "%s: put back what %s replaced"
                .formatted(request.symbol(), request.generation() == null ? "the last cut-over" : request.generation());
        return request.reason().isEmpty() ? cut(text) : shown(text + ": " + request.reason());
    }

    static String summary(ManyRequest request) {
        String symbols = request.allLive()
                ? "all symbols with live books"
                : request.recoveries().size() + " symbols";
        return request.reason().isEmpty() ? symbols : shown(symbols + ": " + request.reason());
    }

    /** Markdown; the texts from outside stand in code spans, where none of it is markup. */
    static String details(ReanchorRequest request) {
        String then = switch (request.cutOver()) {
            case NOW -> "cut over";
            case WHEN_APPROVED -> "wait for an approval, cut over";
            case NEVER -> "and change nothing: a dry run";
        };
        return "Rebuild **%s** beside its live keys, prove it, %s.\n\n- lost: %s\n- reason: `%s`\n- asked for by: `%s`\n- request id: `%s`"
                .formatted(
                        request.symbol(),
                        then,
                        gap(request.gap()),
                        code(request.reason()),
                        code(request.requestedBy()),
                        code(String.valueOf(request.requestId())));
    }

    static String gap(FeedGap gap) {
        List<String> parts = new ArrayList<>();
        range(parts, "updates", gap.firstUpdateId(), gap.lastUpdateId());
        range(parts, "trades", gap.firstTradeId(), gap.lastTradeId());
        if (gap.since() != null) {
            parts.add("since " + gap.since());
        }
        return parts.isEmpty() ? "an unknown gap" : String.join(", ", parts);
    }

    private static void range(List<String> parts, String what, @Nullable Long first, @Nullable Long last) {
        if (first != null || last != null) {
            parts.add("%s %s..%s".formatted(what, first == null ? "?" : first, last == null ? "?" : last));
        }
    }

    private static String code(String text) {
        return text.isBlank() ? "-" : text.replaceAll("[`\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    }

    /** A value from outside, short and on one line. */
    static String shown(String text) {
        return cut(text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " "));
    }

    private static String cut(String text) {
        return text.length() <= SUMMARY_LIMIT ? text : text.substring(0, SUMMARY_LIMIT - 1) + "…";
    }
}
