package io.reanchor.exchange;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A source didn't give what it was asked for. The message names source, symbol and endpoint, what was expected, what came,
 * and what to do next.
 */
public final class MarketDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Type {
        /** The request budget is used up, ours or the exchange's. Passes with time. */
        RATE_LIMITED("RateLimited"),
        /** No answer, or a refusal. */
        SOURCE_UNAVAILABLE("SourceUnavailable"),
        /** The source doesn't know the symbol, or no longer does. */
        UNKNOWN_SYMBOL("UnknownSymbol"),
        /** The symbol is known and isn't trading. */
        NOT_TRADING("NotTrading"),
        /** The answer can't be read, or breaks a limit. */
        MALFORMED_REPLY("MalformedReply");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** The stable name, as callers in any language see it. */
        public String text() {
            return text;
        }
    }

    private final Type type;
    private final boolean retryable;
    private final @Nullable Duration retryAfter;

    private MarketDataException(
            Type type, boolean retryable, @Nullable Duration retryAfter, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.type = type;
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    /** A failure that the same request may not meet the next time. */
    public static MarketDataException passing(Type type, String message, @Nullable Throwable cause) {
        return new MarketDataException(type, true, null, message, cause);
    }

    /** A failure that the same request would meet again. */
    public static MarketDataException lasting(Type type, String message, @Nullable Throwable cause) {
        return new MarketDataException(type, false, null, message, cause);
    }

    /** The budget is used up until {@code retryAfter} has passed. */
    public static MarketDataException rateLimited(Duration retryAfter, String message) {
        return new MarketDataException(Type.RATE_LIMITED, true, retryAfter, message, null);
    }

    /** The same advice under another message: for who sums up several failures. */
    MarketDataException withMessage(String message) {
        return new MarketDataException(type, retryable, retryAfter, message, this);
    }

    public Type type() {
        return type;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** How long to wait before trying again; null when the source gave no advice. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
