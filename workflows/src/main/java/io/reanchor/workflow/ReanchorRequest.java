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
 * @param priority when recoveries wait for the exchange's weight, the higher goes first; -100 to 100, 0 when none is given
 * @param cutOver when what is staged goes live; {@link CutOverMode#NOW} when it isn't said
 * @param approveWithinSeconds how long an approval is waited for, before all is rolled back; {@value #APPROVE_WITHIN} when it isn't said,
 *     {@value #LONGEST_APPROVAL} at most
 */
public record ReanchorRequest(
        String symbol,
        FeedGap gap,
        String reason,
        String requestedBy,
        @Nullable String requestId,
        int priority,
        CutOverMode cutOver,
        int approveWithinSeconds) {

    /** Half an hour. */
    public static final int APPROVE_WITHIN = 1_800;

    /** Within the day that a run may take. */
    public static final int LONGEST_APPROVAL = 72_000;

    private static final String ID_PREFIX = "reanchor-";
    private static final Pattern SYMBOL = Pattern.compile("[A-Z0-9][A-Z0-9._-]{0,31}");
    private static final int MAX_TEXT = 500;
    private static final int MAX_PRIORITY = 100;

    /** Takes what comes, so that a bad request from another language is refused by name, not by a decoding error. */
    public ReanchorRequest {
        gap = Objects.requireNonNullElse(gap, FeedGap.UNKNOWN);
        reason = Objects.requireNonNullElse(reason, "");
        requestedBy = Objects.requireNonNullElse(requestedBy, "");
        cutOver = Objects.requireNonNullElse(cutOver, CutOverMode.NOW);
        approveWithinSeconds = approveWithinSeconds == 0 ? APPROVE_WITHIN : approveWithinSeconds;
    }

    /** A request that is cut over as soon as it is proven. */
    public ReanchorRequest(
            String symbol, FeedGap gap, String reason, String requestedBy, @Nullable String requestId, int priority) {
        this(symbol, gap, reason, requestedBy, requestId, priority, CutOverMode.NOW, APPROVE_WITHIN);
    }

    /** A request without a priority. */
    public ReanchorRequest(String symbol, FeedGap gap, String reason, String requestedBy, @Nullable String requestId) {
        this(symbol, gap, reason, requestedBy, requestId, 0);
    }

    /**
     * Refuses what can't be asked; the client, the workflow and its update call it.
     *
     * @throws IllegalArgumentException saying what was expected and found
     */
    public static ReanchorRequest requireValid(@Nullable ReanchorRequest request) {
        if (request == null) {
            throw new IllegalArgumentException("there is no request: expected at least {\"symbol\": \"BTCUSDT\"}");
        }
        requireSymbol(request.symbol());
        request.gap().requireValid();
        requireShort("reason", request.reason());
        requireShort("requestedBy", request.requestedBy());
        requireShort("requestId", request.requestId());
        if (Math.abs(request.priority()) > MAX_PRIORITY) {
            throw new IllegalArgumentException(
                    "priority must be -%d to %d, not %d".formatted(MAX_PRIORITY, MAX_PRIORITY, request.priority()));
        }
        if (request.approveWithinSeconds() < 1 || request.approveWithinSeconds() > LONGEST_APPROVAL) {
            throw new IllegalArgumentException("approveWithinSeconds must be 1 to %d, not %d"
                    .formatted(LONGEST_APPROVAL, request.approveWithinSeconds()));
        }
        return request;
    }

    /** The same request about another gap. */
    ReanchorRequest about(FeedGap other) {
        return new ReanchorRequest(
                symbol, other, reason, requestedBy, requestId, priority, cutOver, approveWithinSeconds);
    }

    /** The same request, identified. */
    public ReanchorRequest withId(String id) {
        return new ReanchorRequest(symbol, gap, reason, requestedBy, id, priority, cutOver, approveWithinSeconds);
    }

    /** The same request, cut over at another time. */
    public ReanchorRequest with(CutOverMode mode, int approvedWithinSeconds) {
        return new ReanchorRequest(symbol, gap, reason, requestedBy, requestId, priority, mode, approvedWithinSeconds);
    }

    /** It is kept in the history of a run, and shown to operators: a page of it helps nobody. */
    static void requireShort(String name, @Nullable String text) {
        if (text != null && text.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    "%s may have %d characters, not %d".formatted(name, MAX_TEXT, text.length()));
        }
    }

    /** The one workflow id of a symbol: one recovery at a time. */
    public static String workflowId(String symbol) {
        return ID_PREFIX + requireSymbol(symbol);
    }

    /** The symbol of a recovery's or a revert's workflow id; empty for any other id. */
    public static String symbolOf(String workflowId) {
        String symbol = workflowId.startsWith(ID_PREFIX) ? workflowId.substring(ID_PREFIX.length()) : "";
        return isSymbol(symbol) ? symbol : "";
    }

    /**
     * Refuses what could smuggle a brace, a colon or a glob into a key.
     *
     * @throws IllegalArgumentException when the symbol isn't {@code [A-Z0-9][A-Z0-9._-]{0,31}}
     */
    public static String requireSymbol(@Nullable String symbol) {
        if (symbol == null || !isSymbol(symbol)) {
            throw new IllegalArgumentException(
                    "symbol %s is not one: expected %s, as in BTCUSDT".formatted(quoted(symbol), SYMBOL.pattern()));
        }
        return symbol;
    }

    /** Whether {@link #requireSymbol} would let it pass. */
    public static boolean isSymbol(String text) {
        return SYMBOL.matcher(text).matches();
    }

    /** Nobody may write a log line of their own: all but a symbol's own kind of characters is shown as a question mark. */
    private static String quoted(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        String start = text.substring(0, Math.min(text.length(), 40)).replaceAll("[^ -~]", "?");
        return '"' + (text.length() > 40 ? start + "…" : start) + '"';
    }
}
