package io.reanchor.workflow;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to rebuild a symbol's live state.
 *
 * @param symbol the exchange's symbol, e.g. {@code BTCUSDT}: {@code [A-Z0-9][A-Z0-9._-]{0,31}}
 * @param gap what the feed lost; {@link FeedGap#UNKNOWN} when the reporter can't tell
 * @param reason why, in the reporter's words; shown to operators
 * @param requestedBy who asks: a service's or a person's name
 * @param requestId identifies this report, so that its sender can tell "started" from "joined"; null when started by hand
 */
public record ReanchorRequest(
        String symbol,
        FeedGap gap,
        String reason,
        String requestedBy,
        @Nullable String requestId) {

    private static final Pattern SYMBOL = Pattern.compile("[A-Z0-9][A-Z0-9._-]{0,31}");
    private static final int MAX_TEXT = 500;

    public ReanchorRequest {
        requireSymbol(symbol);
        gap = Objects.requireNonNullElse(gap, FeedGap.UNKNOWN);
        reason = Objects.requireNonNullElse(reason, "");
        requestedBy = Objects.requireNonNullElse(requestedBy, "");
        if (reason.length() > MAX_TEXT || requestedBy.length() > MAX_TEXT) {
            throw new IllegalArgumentException("reason and requestedBy may have %d characters each, not %d and %d"
                    .formatted(MAX_TEXT, reason.length(), requestedBy.length()));
        }
    }

    /** The one workflow id of a symbol: one recovery at a time. */
    public static String workflowId(String symbol) {
        return "reanchor-" + requireSymbol(symbol);
    }

    /**
     * Refuses what could smuggle a brace, a colon or a glob into a key.
     *
     * @throws IllegalArgumentException when the symbol isn't {@code [A-Z0-9][A-Z0-9._-]{0,31}}
     */
    public static String requireSymbol(@Nullable String symbol) {
        if (symbol == null || !SYMBOL.matcher(symbol).matches()) {
            throw new IllegalArgumentException(
                    "symbol %s is not one: expected %s, as in BTCUSDT".formatted(quoted(symbol), SYMBOL.pattern()));
        }
        return symbol;
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : '"' + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + '"';
    }
}
