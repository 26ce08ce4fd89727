package io.reanchor.testkit;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A book that remembers every change, so that it can say what it was at any update id. Two sorted maps and a log: on purpose
 * nothing of the order book that it is there to check. Not thread-safe.
 */
final class TrueBook {
    private static final int CHECKPOINT_EVERY = 2_000;

    private final NavigableMap<Long, Long> bids = side(true);
    private final NavigableMap<Long, Long> asks = side(false);
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private long id;

    private long[] ids = new long[1024];
    private long[] prices = new long[1024];
    private long[] quantities = new long[1024];
    private boolean[] onBids = new boolean[1024];
    private int size;

    /** The book before change {@code index} of the log. */
    private record Checkpoint(int index, DepthSnapshot book) {}

    TrueBook(DepthSnapshot start) {
        load(bids, start.bids());
        load(asks, start.asks());
        id = start.lastUpdateId();
        checkpoints.add(new Checkpoint(0, snapshot(Integer.MAX_VALUE)));
    }

    private static NavigableMap<Long, Long> side(boolean highestFirst) {
        Comparator<Long> byPrice = (one, other) -> PackedDecimal.compare(one, other);
        return new TreeMap<>(highestFirst ? byPrice.reversed() : byPrice);
    }

    private static void load(Map<Long, Long> side, PriceLevels levels) {
        for (int i = 0; i < levels.size(); i++) {
            side.put(levels.price(i), levels.quantity(i));
        }
    }

    long id() {
        return id;
    }

    NavigableMap<Long, Long> side(Side side) {
        return side == Side.BID ? bids : asks;
    }

    /** Which half of the book. */
    enum Side {
        BID,
        ASK;

        Side other() {
            return this == BID ? ASK : BID;
        }
    }

    /** Sets a level as of {@code updateId}; a quantity of zero takes it away. Prices and quantities are packed. */
    void set(long updateId, Side side, long price, long quantity) {
        requireForward(updateId);
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
            prices = Arrays.copyOf(prices, size * 2);
            quantities = Arrays.copyOf(quantities, size * 2);
            onBids = Arrays.copyOf(onBids, size * 2);
        }
        if (size > 0 && size % CHECKPOINT_EVERY == 0) {
            checkpoints.add(new Checkpoint(size, snapshot(Integer.MAX_VALUE)));
        }
        ids[size] = updateId;
        prices[size] = price;
        quantities[size] = quantity;
        onBids[size++] = side == Side.BID;
        put(side(side), price, quantity);
        id = updateId;
    }

    /** An update id under which nothing visible changed. */
    void moveTo(long updateId) {
        requireForward(updateId);
        id = updateId;
    }

    private void requireForward(long updateId) {
        if (updateId < id) {
            throw new IllegalArgumentException("update id %d after %d".formatted(updateId, id));
        }
    }

    private static void put(NavigableMap<Long, Long> side, long price, long quantity) {
        if (quantity == 0) {
            side.remove(price);
        } else {
            side.put(price, quantity);
        }
    }

    /** The book now, best {@code limit} levels a side. */
    DepthSnapshot snapshot(int limit) {
        return new DepthSnapshot(id, best(bids, limit), best(asks, limit));
    }

    private static PriceLevels best(NavigableMap<Long, Long> side, int limit) {
        PriceLevels.Builder levels = new PriceLevels.Builder();
        int rank = 0;
        for (Map.Entry<Long, Long> level : side.entrySet()) {
            if (rank++ == limit) {
                break;
            }
            levels.add(level.getKey(), level.getValue());
        }
        return levels.build();
    }

    /** The whole book after the last change whose id isn't past {@code updateId}. */
    DepthSnapshot at(long updateId) {
        DepthSnapshot first = checkpoints.get(0).book();
        if (updateId < first.lastUpdateId() || updateId > id) {
            throw new IllegalArgumentException(
                    "update id %d: the book is known from %d to %d".formatted(updateId, first.lastUpdateId(), id));
        }
        Checkpoint from = checkpoints.stream()
                .filter(checkpoint -> checkpoint.book().lastUpdateId() <= updateId)
                .reduce((earlier, later) -> later)
                .orElseThrow();
        // A checkpoint may stand inside the changes of one id: those that it has already are simply set again.
        TrueBook book = new TrueBook(from.book());
        for (int i = from.index(); i < size && ids[i] <= updateId; i++) {
            put(onBids[i] ? book.bids : book.asks, prices[i], quantities[i]);
        }
        return new DepthSnapshot(updateId, best(book.bids, Integer.MAX_VALUE), best(book.asks, Integer.MAX_VALUE));
    }
}
