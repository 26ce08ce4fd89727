package io.reanchor.market;

import static io.reanchor.market.SequenceRule.Verdict.APPLY;
import static io.reanchor.market.SequenceRule.Verdict.GAP;
import static io.reanchor.market.SequenceRule.Verdict.STALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OrderBookTest {
    private final OrderBook book = OrderBook.of(
            new DepthSnapshot(100, Books.levels("10", "1", "9.5", "2"), Books.levels("10.5", "3", "11", "4")));

    @Test
    void ordersBothSidesBestFirst() {
        OrderBook unsorted = OrderBook.of(
                new DepthSnapshot(100, Books.levels("9.5", "2", "10", "1"), Books.levels("11", "4", "10.5", "3")));
        assertThat(unsorted.bids().level(0)).hasToString("10 x 1");
        assertThat(unsorted.asks().level(0)).hasToString("10.5 x 3");
        assertThat(unsorted.digest()).isEqualTo(book.digest()).hasSize(16);
    }

    @Test
    void appliesAbsoluteQuantitiesAndDeletesAtZero() {
        assertThat(book.apply(
                        Books.update(101, 105, 7, Books.levels("10", "0", "9.75", "6"), Books.levels("10.5", "1.25"))))
                .isEqualTo(APPLY);
        assertThat(book.bids().levels()).isEqualTo(Books.levels("9.75", "6", "9.5", "2"));
        assertThat(book.asks().levels()).isEqualTo(Books.levels("10.5", "1.25", "11", "4"));
        assertThat(book.lastUpdateId()).isEqualTo(105);
        assertThat(book.eventTime()).isEqualTo(7);
    }

    @Test
    void obeysTheSequence() {
        PriceLevels change = Books.levels("10", "5");
        String before = book.digest();
        assertThat(book.apply(Books.update(90, 100, 1, change, PriceLevels.EMPTY)))
                .isEqualTo(STALE);
        assertThat(book.apply(Books.update(102, 103, 1, change, PriceLevels.EMPTY)))
                .isEqualTo(GAP);
        assertThat(book.digest()).isEqualTo(before);
        assertThat(book.lastUpdateId()).isEqualTo(100);
        assertThat(book.eventTime()).isZero();
        assertThat(book.apply(Books.update(95, 101, 1, change, PriceLevels.EMPTY)))
                .isEqualTo(APPLY);
        assertThat(book.apply(Books.update(102, 102, 1, change, PriceLevels.EMPTY)))
                .isEqualTo(APPLY);
    }

    @Test
    void keepsWhatTheChecksMustSee() {
        OrderBook bad = OrderBook.of(new DepthSnapshot(1, Books.levels("10", "0", "9", "-1"), Books.levels("9", "1")));
        assertThat(bad.bids().size()).isEqualTo(2);
        assertThat(bad.isCrossed()).isTrue();
        assertThat(book.isCrossed()).isFalse();
    }

    @Test
    void refusesTwoLevelsAtOnePrice() {
        assertThatThrownBy(() ->
                        OrderBook.of(new DepthSnapshot(1, Books.levels("10", "1", "10.0", "2"), PriceLevels.EMPTY)))
                .hasMessageContaining("bid side has two levels at price 10");
    }

    @Test
    void countsLevelsWithinAPrice() {
        assertThat(book.bids().sizeWithin(PackedDecimal.parse("9.6"))).isEqualTo(1);
        assertThat(book.bids().sizeWithin(PackedDecimal.parse("9.5"))).isEqualTo(2);
        assertThat(book.asks().sizeWithin(PackedDecimal.parse("10"))).isZero();
        assertThat(book.asks().sizeWithin(PackedDecimal.parse("11"))).isEqualTo(2);
    }

    @Test
    void copiesAreIndependent() {
        OrderBook copy = book.copy();
        book.apply(Books.update(101, 101, 1, Books.levels("10", "0"), PriceLevels.EMPTY));
        assertThat(copy.bids().level(0)).hasToString("10 x 1");
        assertThat(copy.lastUpdateId()).isEqualTo(100);
    }

    @Test
    void agreesWithATreeMapOverRandomUpdates() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            OrderBook tested = OrderBook.of(new DepthSnapshot(0, PriceLevels.EMPTY, PriceLevels.EMPTY));
            TreeMap<BigDecimal, BigDecimal> bids = new TreeMap<>(Comparator.reverseOrder());
            TreeMap<BigDecimal, BigDecimal> asks = new TreeMap<>();
            for (int id = 1; id <= 400; id++) {
                tested.apply(Books.update(id, id, id, changes(random, bids), changes(random, asks)));
                assertSame(tested.bids(), bids);
                assertSame(tested.asks(), asks);
            }
            assertThat(tested.bids().size()).isPositive();
        }
    }

    private static PriceLevels changes(Random random, Map<BigDecimal, BigDecimal> model) {
        PriceLevels.Builder builder = new PriceLevels.Builder();
        for (int n = random.nextInt(12); n > 0; n--) {
            BigDecimal price = new BigDecimal(9_000 + random.nextInt(200)).movePointLeft(random.nextInt(3));
            BigDecimal quantity =
                    random.nextInt(3) == 0 ? BigDecimal.ZERO : BigDecimal.valueOf(1 + random.nextInt(999), 3);
            builder.add(PackedDecimal.of(price), PackedDecimal.of(quantity));
            if (quantity.signum() == 0) {
                model.remove(price.stripTrailingZeros());
            } else {
                model.put(price.stripTrailingZeros(), quantity);
            }
        }
        return builder.build();
    }

    private static void assertSame(BookSide side, Map<BigDecimal, BigDecimal> model) {
        List<PriceLevel> expected = model.entrySet().stream()
                .map(e -> new PriceLevel(e.getKey(), e.getValue()))
                .toList();
        assertThat(side.levels()).isEqualTo(PriceLevels.of(expected));
        expected.forEach(l -> assertThat(PackedDecimal.toBigDecimal(side.quantityAt(PackedDecimal.of(l.price()))))
                .isEqualTo(l.quantity()));
    }
}
