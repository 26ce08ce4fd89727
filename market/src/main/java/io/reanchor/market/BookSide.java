package io.reanchor.market;

import java.util.Arrays;

/**
 * One side of a book: sorted columns with the best level at the <em>end</em>, since most changes are near the touch and an
 * insert there moves least. Not thread-safe.
 */
public final class BookSide {
    private final int direction;
    private long[] prices;
    private long[] quantities;
    private int size;

    private BookSide(int direction, int capacity) {
        this.direction = direction;
        this.prices = new long[capacity];
        this.quantities = new long[capacity];
    }

    /** A side with the levels of a snapshot exactly as they are, a bad quantity included: the checks look at those. */
    static BookSide of(boolean bids, PriceLevels levels) {
        BookSide side = new BookSide(bids ? 1 : -1, levels.size() + 64);
        for (int i = levels.size() - 1;
                i >= 0;
                i--) { // best first is the custom: from the back every insert is an append
            int at = side.find(levels.price(i));
            if (at >= 0) {
                throw new IllegalArgumentException("%s side has two levels at price %s: expected one a price"
                        .formatted(bids ? "bid" : "ask", PackedDecimal.toString(levels.price(i))));
            }
            side.insert(-at - 1, levels.price(i), levels.quantity(i));
        }
        return side;
    }

    BookSide copy() {
        BookSide copy = new BookSide(direction, size + 64);
        System.arraycopy(prices, 0, copy.prices, 0, size);
        System.arraycopy(quantities, 0, copy.quantities, 0, size);
        copy.size = size;
        return copy;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The packed price at a rank; 0 is the best. */
    public long price(int rank) {
        return prices[index(rank)];
    }

    /** The packed quantity at a rank; 0 is the best. */
    public long quantity(int rank) {
        return quantities[index(rank)];
    }

    /** The level at a rank; 0 is the best. */
    public PriceLevel level(int rank) {
        int at = index(rank);
        return new PriceLevel(PackedDecimal.toBigDecimal(prices[at]), PackedDecimal.toBigDecimal(quantities[at]));
    }

    /** The packed quantity at a packed price, zero when no level stands there. */
    public long quantityAt(long price) {
        int at = find(price);
        return at >= 0 ? quantities[at] : 0;
    }

    /** How many levels are at this packed price or better. */
    public int sizeWithin(long price) {
        int at = find(price);
        return size - (at >= 0 ? at : -at - 1);
    }

    /** The levels, best first. */
    public PriceLevels levels() {
        PriceLevels.Builder builder = new PriceLevels.Builder();
        for (int i = size - 1; i >= 0; i--) {
            builder.add(prices[i], quantities[i]);
        }
        return builder.build();
    }

    void apply(PriceLevels changes) {
        for (int i = 0; i < changes.size(); i++) {
            set(changes.price(i), changes.quantity(i));
        }
    }

    /** Sets the absolute quantity at a price; zero takes the level away, and it is no error when there was none. */
    void set(long price, long quantity) {
        int at = find(price);
        if (at >= 0) {
            if (quantity == 0) {
                remove(at);
            } else {
                quantities[at] = quantity;
            }
        } else if (quantity != 0) {
            insert(-at - 1, price, quantity);
        }
    }

    private void insert(int at, long price, long quantity) {
        if (size == prices.length) {
            int capacity = size + (size >> 1) + 16;
            prices = Arrays.copyOf(prices, capacity);
            quantities = Arrays.copyOf(quantities, capacity);
        }
        System.arraycopy(prices, at, prices, at + 1, size - at);
        System.arraycopy(quantities, at, quantities, at + 1, size - at);
        prices[at] = price;
        quantities[at] = quantity;
        size++;
    }

    private void remove(int at) {
        size--;
        System.arraycopy(prices, at + 1, prices, at, size - at);
        System.arraycopy(quantities, at + 1, quantities, at, size - at);
    }

    /** As {@link Arrays#binarySearch}: the index, or {@code -(insertion point) - 1}. */
    private int find(long price) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = direction * PackedDecimal.compare(prices[middle], price);
            if (order < 0) {
                low = middle + 1;
            } else if (order > 0) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -low - 1;
    }

    private int index(int rank) {
        if (rank < 0 || rank >= size) {
            throw new IndexOutOfBoundsException("rank %d of a side with %d levels".formatted(rank, size));
        }
        return size - 1 - rank;
    }
}
