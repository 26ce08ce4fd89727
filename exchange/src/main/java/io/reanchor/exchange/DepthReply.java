package io.reanchor.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;

/**
 * Reads {@code GET /api/v3/depth}: {@code {lastUpdateId, bids:[[p,q]], asks:[[p,q]]}}. Each side must stand best first without
 * a repeated price. Whether the two sides cross is not judged here but by the checks, which see what will go live.
 */
final class DepthReply {
    private final Replies replies;
    private final Context asked;
    private final int limit;

    DepthReply(Context asked, int limit) {
        this.replies = new Replies(asked);
        this.asked = asked;
        this.limit = limit;
    }

    DepthSnapshot read(byte[] body) {
        JsonNode reply = replies.object(body);
        return new DepthSnapshot(
                replies.id(reply.path("lastUpdateId"), "lastUpdateId"),
                side(reply.path("bids"), "bids", -1),
                side(reply.path("asks"), "asks", 1));
    }

    /** @param ahead the sign of a price compared with the one before it */
    private PriceLevels side(JsonNode side, String name, int ahead) {
        PriceLevels.Builder levels = new PriceLevels.Builder();
        long before = 0;
        int rank = 0;
        for (JsonNode level : replies.array(side, name, limit)) {
            if (!level.isArray() || level.size() < 2) {
                replies.refuse("a level of " + name + " to be [price, quantity]", level);
            }
            long price = packed(level.get(0), name + " price");
            long quantity = packed(level.get(1), name + " quantity");
            if (rank++ > 0 && Integer.signum(PackedDecimal.compare(price, before)) != ahead) {
                throw asked.malformed(
                        "%s with %s prices, none twice".formatted(name, ahead > 0 ? "rising" : "falling"),
                        "%s after %s".formatted(PackedDecimal.toString(price), PackedDecimal.toString(before)),
                        null);
            }
            before = price;
            levels.add(price, quantity);
        }
        return levels.build();
    }

    private long packed(JsonNode node, String what) {
        String text = replies.decimalText(node, what);
        long packed;
        try {
            packed = PackedDecimal.parse(text);
        } catch (ArithmeticException tooLong) {
            throw asked.beyondLimit(
                    "%s of at most %d digits".formatted(what, PackedDecimal.MAX_DIGITS), Context.shown(text), tooLong);
        }
        return packed > 0 ? packed : replies.refuse(what + " to be above 0", node);
    }
}
