package io.reanchor.market.check;

import io.reanchor.market.OrderBook;

/** The best bid is below the best ask. A side without a level can't cross; {@code DEPTH_MIN} looks at that. */
final class Uncrossed implements Check {
    @Override
    public String name() {
        return "UNCROSSED";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return Threshold.NONE;
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        String expected = "best bid below best ask";
        OrderBook book = input.book();
        if (book.bids().isEmpty() || book.asks().isEmpty()) {
            return new Finding(true, expected, "a side has no level");
        }
        return new Finding(
                !book.isCrossed(),
                expected,
                "bid %s, ask %s at update %d"
                        .formatted(book.bids().level(0), book.asks().level(0), book.lastUpdateId()));
    }
}
