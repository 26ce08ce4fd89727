package io.reanchor.market.check;

import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;

/** Each side has at least a part of the live book's levels. A snapshot that was cut off at its limit is held against the live levels
 * inside its own price range, since a live book gathers levels outside it; one that the exchange gave whole, against all of them.
 * Without a live book there is nothing to shrink. */
final class NotShrunken implements Check {
    @Override
    public String name() {
        return "NOT_SHRUNKEN";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(0.5, 0, 1, "least part of the live levels");
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        OrderBook live = input.liveBook();
        String expected = "at least %s of the live levels a side".formatted(threshold);
        if (live == null) {
            return new Finding(true, expected, "no live book yet");
        }
        int limit = input.snapshotLimit();
        BookSide bids = input.book().bids();
        BookSide asks = input.book().asks();
        int liveBids = comparable(bids, live.bids(), limit * threshold);
        int liveAsks = comparable(asks, live.asks(), limit * threshold);
        return new Finding(
                bids.size() >= threshold * liveBids && asks.size() >= threshold * liveAsks,
                expected,
                "bids %d for %d live in range (%d in all), asks %d for %d (%d)"
                        .formatted(
                                bids.size(),
                                liveBids,
                                live.bids().size(),
                                asks.size(),
                                liveAsks,
                                live.asks().size()));
    }

    private static int comparable(BookSide staged, BookSide live, double cutOffFrom) {
        boolean cutOff = !staged.isEmpty() && staged.size() >= cutOffFrom;
        return cutOff ? live.sizeWithin(staged.price(staged.size() - 1)) : live.size();
    }
}
