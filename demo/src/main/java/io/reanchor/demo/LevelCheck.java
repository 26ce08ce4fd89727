package io.reanchor.demo;

import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;

/**
 * A live book held against the exchange's own, level by level, at the prices that both know.
 *
 * @param updateId update id of the live book
 * @param truthId update id of the exchange's book it was held against
 * @param levels how many prices were looked at
 * @param wrong at how many of them the quantity isn't the exchange's
 * @param example one that is wrong, empty when none is
 */
record LevelCheck(long updateId, long truthId, int levels, int wrong, String example) {

    /** The prices a snapshot told about: what lies outside is unknown until it changes. Packed. */
    record Range(long low, long high) {
        static Range of(String low, String high) {
            return new Range(PackedDecimal.parse(low), PackedDecimal.parse(high));
        }

        boolean contains(long price) {
            return PackedDecimal.compare(price, low) >= 0 && PackedDecimal.compare(price, high) <= 0;
        }
    }

    static LevelCheck of(OrderBook live, OrderBook truth, Range range) {
        Count bids = new Count("bid", range);
        bids.hold(live.bids(), truth.bids());
        Count asks = new Count("ask", range);
        asks.hold(live.asks(), truth.asks());
        return new LevelCheck(
                live.lastUpdateId(),
                truth.lastUpdateId(),
                bids.levels + asks.levels,
                bids.wrong + asks.wrong,
                bids.example.isEmpty() ? asks.example : bids.example);
    }

    /** One side's count. */
    private static final class Count {
        private final String side;
        private final Range range;
        private int levels;
        private int wrong;
        private String example = "";

        Count(String side, Range range) {
            this.side = side;
            this.range = range;
        }

        void hold(BookSide live, BookSide truth) {
            for (int i = 0; i < live.size(); i++) {
                look(live.price(i), live.quantity(i), truth.quantityAt(live.price(i)));
            }
            for (int i = 0; i < truth.size(); i++) {
                if (live.quantityAt(truth.price(i)) == 0) {
                    look(truth.price(i), 0, truth.quantity(i));
                }
            }
        }

        private void look(long price, long live, long truth) {
            if (!range.contains(price)) {
                return;
            }
            levels++;
            if (live != truth) {
                wrong++;
                example = example.isEmpty()
                        ? "%s %s is %s, on the exchange %s"
                                .formatted(
                                        side,
                                        PackedDecimal.toString(price),
                                        PackedDecimal.toString(live),
                                        PackedDecimal.toString(truth))
                        : example;
            }
        }
    }
}
