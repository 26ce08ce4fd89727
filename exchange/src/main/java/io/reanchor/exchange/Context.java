package io.reanchor.exchange;

import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.market.OneLine;
import org.jspecify.annotations.Nullable;

/**
 * What was asked, for the messages of what went wrong.
 *
 * @param symbol the symbol, or "-" where the endpoint takes none
 * @param endpoint e.g. {@code /api/v3/depth}
 */
record Context(String source, String symbol, String endpoint) {
    /** Garbage on the way passes: a proxy's error page, a body cut short. */
    MarketDataException malformed(String expected, String actual, @Nullable Throwable cause) {
        return MarketDataException.passing(
                Type.MALFORMED_REPLY,
                failed(
                        expected,
                        actual,
                        "trying again may help; if it stays, check what answers at this source's base URL"),
                cause);
    }

    /** What breaks a limit of ours will break it again. */
    MarketDataException beyondLimit(String expected, String actual, @Nullable Throwable cause) {
        return MarketDataException.lasting(
                Type.MALFORMED_REPLY,
                failed(expected, actual, "trying again doesn't help; check what answers at this source's base URL"),
                cause);
    }

    String failed(String expected, String actual, String next) {
        return "%s %s %s: expected %s, got %s; %s".formatted(source, symbol, endpoint, expected, actual, next);
    }

    /** A piece of what came from outside, fit for one line of a log. */
    static String shown(String text) {
        return '"' + OneLine.of(text) + '"';
    }
}
