package io.reanchor.exchange;

import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import java.util.Arrays;

/**
 * Compares tickers with the book at their update id. The two streams aren't in step, so a ticker may come before the depth update
 * that ends at its id, or after later ones: tickers ahead of the book wait, and the best levels at each applied id are kept.
 */
final class TickerOracle {
    /** Sorted by update id; five longs each, as in {@link BookTicker}. */
    private final Rows ahead = new Rows();

    private final Rows tops = new Rows();
    private long bookId = Long.MIN_VALUE;
    private long compared;
    private long matched;

    void ticker(BookTicker ticker) {
        if (ticker.updateId() > bookId) {
            ahead.insert(
                    ticker.updateId(),
                    ticker.bidPrice(),
                    ticker.bidQuantity(),
                    ticker.askPrice(),
                    ticker.askQuantity());
            return;
        }
        int top = tops.find(ticker.updateId());
        if (top >= 0) {
            count(tops.equals(top, ticker.bidPrice(), ticker.bidQuantity(), ticker.askPrice(), ticker.askQuantity()));
        }
    }

    /** The book has reached the id where an update ends. */
    void applied(OrderBook book) {
        bookId = book.lastUpdateId();
        BookSide bids = book.bids();
        BookSide asks = book.asks();
        boolean bid = !bids.isEmpty();
        boolean ask = !asks.isEmpty();
        long bidPrice = bid ? bids.price(0) : 0;
        long bidQuantity = bid ? bids.quantity(0) : 0;
        long askPrice = ask ? asks.price(0) : 0;
        long askQuantity = ask ? asks.quantity(0) : 0;
        tops.insert(bookId, bidPrice, bidQuantity, askPrice, askQuantity);
        while (!ahead.isEmpty() && ahead.firstId() <= bookId) {
            if (ahead.firstId() == bookId) {
                count(ahead.equals(ahead.first, bidPrice, bidQuantity, askPrice, askQuantity));
            }
            ahead.removeFirst();
        }
    }

    private void count(boolean same) {
        compared++;
        matched += same ? 1 : 0;
    }

    long compared() {
        return compared;
    }

    long matched() {
        return matched;
    }

    /** Rows of an id and four packed decimals, sorted by id; nearly always appended to and taken from the front. */
    private static final class Rows {
        private static final int WIDTH = 5;

        private long[] cells = new long[256 * WIDTH];
        private int first;
        private int end;

        boolean isEmpty() {
            return first == end;
        }

        long firstId() {
            return cells[first * WIDTH];
        }

        void removeFirst() {
            first++;
            if (first == end) {
                first = 0;
                end = 0;
            }
        }

        void insert(long id, long bidPrice, long bidQuantity, long askPrice, long askQuantity) {
            if ((end + 1) * WIDTH > cells.length) {
                makeRoom();
            }
            int row = end++;
            while (row > first && cells[(row - 1) * WIDTH] > id) {
                System.arraycopy(cells, (row - 1) * WIDTH, cells, row * WIDTH, WIDTH);
                row--;
            }
            int cell = row * WIDTH;
            cells[cell] = id;
            cells[cell + 1] = bidPrice;
            cells[cell + 2] = bidQuantity;
            cells[cell + 3] = askPrice;
            cells[cell + 4] = askQuantity;
        }

        private void makeRoom() {
            if (first > 0) {
                System.arraycopy(cells, first * WIDTH, cells, 0, (end - first) * WIDTH);
                end -= first;
                first = 0;
            } else {
                cells = Arrays.copyOf(cells, cells.length * 2);
            }
        }

        boolean equals(int row, long bidPrice, long bidQuantity, long askPrice, long askQuantity) {
            int cell = row * WIDTH;
            return cells[cell + 1] == bidPrice
                    && cells[cell + 2] == bidQuantity
                    && cells[cell + 3] == askPrice
                    && cells[cell + 4] == askQuantity;
        }

        /** The row with an id, or a negative number. */
        int find(long id) {
            int low = first;
            int high = end - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                long there = cells[middle * WIDTH];
                if (there == id) {
                    return middle;
                }
                if (there < id) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -1;
        }
    }
}
