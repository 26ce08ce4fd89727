package io.reanchor.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.exchange.MarketDataException.Type;
import java.math.BigDecimal;

/** Reads one symbol out of {@code GET /api/v3/exchangeInfo}. */
final class ExchangeInfoReply {
    private static final String TRADING = "TRADING";
    private static final int MAX_SYMBOLS = 1000;
    private static final int MAX_FILTERS = 64;
    private static final int MAX_WORD = 64;

    private final Replies replies;
    private final Context asked;

    ExchangeInfoReply(Context asked) {
        this.replies = new Replies(asked);
        this.asked = asked;
    }

    SymbolInfo read(byte[] body) {
        for (JsonNode entry : replies.array(replies.object(body).path("symbols"), "symbols", MAX_SYMBOLS)) {
            if (replies.text(entry.path("symbol"), "symbol", MAX_WORD).equals(asked.symbol())) {
                return trading(entry);
            }
        }
        throw MarketDataException.lasting(
                Type.UNKNOWN_SYMBOL,
                asked.failed(
                        "a symbol that the source lists",
                        "a list without it",
                        "trying again doesn't help: the symbol is delisted, misspelt, or not carried here"),
                null);
    }

    private SymbolInfo trading(JsonNode entry) {
        String status = replies.text(entry.path("status"), "status", MAX_WORD);
        if (!status.equals(TRADING)) {
            throw MarketDataException.lasting(
                    Type.NOT_TRADING,
                    asked.failed(
                            "status " + TRADING,
                            Context.shown(status),
                            "trying again helps only after trading is back: report the gap again then"),
                    null);
        }
        JsonNode filters = replies.array(entry.path("filters"), "filters", MAX_FILTERS);
        return new SymbolInfo(
                asked.symbol(),
                status,
                step(filters, "PRICE_FILTER", "tickSize"),
                step(filters, "LOT_SIZE", "stepSize"));
    }

    private BigDecimal step(JsonNode filters, String type, String field) {
        for (JsonNode filter : filters) {
            if (filter.path("filterType").asText().equals(type)) {
                return replies.decimal(filter.path(field), field);
            }
        }
        return BigDecimal.ZERO;
    }
}
