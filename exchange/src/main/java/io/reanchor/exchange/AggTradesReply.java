package io.reanchor.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.market.Trade;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code GET /api/v3/aggTrades}: {@code [{a,p,q,f,l,T,m}]}, by aggregate ids that don't fall. */
final class AggTradesReply {
    private final Replies replies;
    private final int limit;

    AggTradesReply(Context asked, int limit) {
        this.replies = new Replies(asked);
        this.limit = limit;
    }

    List<AggTrade> read(byte[] body) {
        List<AggTrade> trades = new ArrayList<>();
        long before = -1;
        for (JsonNode entry : replies.array(body, limit)) {
            AggTrade trade = trade(entry);
            if (trade.id() < before) {
                replies.refuse("aggregate ids to rise, after %d".formatted(before), entry.path("a"));
            }
            before = trade.id();
            trades.add(trade);
        }
        return trades;
    }

    private AggTrade trade(JsonNode entry) {
        long first = replies.id(entry.path("f"), "first trade id f");
        long last = replies.id(entry.path("l"), "last trade id l");
        if (first > last) {
            replies.refuse("first trade id f not past last trade id l", entry);
        }
        return new AggTrade(
                replies.id(entry.path("a"), "aggregate id a"),
                new Trade(
                        first,
                        last,
                        replies.positive(entry.path("p"), "price p"),
                        replies.positive(entry.path("q"), "quantity q"),
                        replies.time(entry.path("T"), "time T"),
                        replies.flag(entry.path("m"), "buyer is maker m")));
    }
}
