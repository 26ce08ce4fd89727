package io.reanchor.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.market.Kline;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code GET /api/v3/klines}: arrays {@code [openT,o,h,l,c,v,closeT,q,n,V,Q,_]}, by rising open time. */
final class KlinesReply {
    private static final int FIELDS = 11;

    private final Replies replies;
    private final int limit;

    KlinesReply(Context asked, int limit) {
        this.replies = new Replies(asked);
        this.limit = limit;
    }

    List<Kline> read(byte[] body) {
        List<Kline> klines = new ArrayList<>();
        long before = -1;
        for (JsonNode entry : replies.array(body, limit)) {
            Kline kline = kline(entry);
            if (kline.openTime() <= before) {
                replies.refuse("open times to rise, after %d".formatted(before), entry.path(0));
            }
            before = kline.openTime();
            klines.add(kline);
        }
        return klines;
    }

    private Kline kline(JsonNode bar) {
        if (!bar.isArray() || bar.size() < FIELDS) {
            replies.refuse("a kline to be an array of at least %d elements".formatted(FIELDS), bar);
        }
        return new Kline(
                replies.time(bar.get(0), "open time"),
                replies.positive(bar.get(1), "open"),
                replies.positive(bar.get(2), "high"),
                replies.positive(bar.get(3), "low"),
                replies.positive(bar.get(4), "close"),
                replies.decimal(bar.get(5), "volume"),
                replies.time(bar.get(6), "close time"),
                replies.decimal(bar.get(7), "quote volume"),
                replies.id(bar.get(8), "trade count"),
                replies.decimal(bar.get(9), "taker buy volume"),
                replies.decimal(bar.get(10), "taker buy quote volume"));
    }
}
