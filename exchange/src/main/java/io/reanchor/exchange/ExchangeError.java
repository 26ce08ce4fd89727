package io.reanchor.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * Binance's error body, {@code {"code":-1121,"msg":"Invalid symbol."}}.
 *
 * @param code zero when the body isn't one
 */
record ExchangeError(int code, String text) {
    static final int INVALID_SYMBOL = -1121;

    static ExchangeError in(byte[] body) {
        try {
            JsonNode error = Replies.JSON.readTree(body);
            return new ExchangeError(
                    error.path("code").asInt(), error.path("msg").asText());
        } catch (IOException notJson) {
            return new ExchangeError(0, "");
        }
    }

    @Override
    public String toString() {
        return "code " + code + " " + Context.shown(text);
    }
}
