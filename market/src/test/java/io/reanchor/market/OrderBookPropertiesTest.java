package io.reanchor.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.SequenceRule.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot and updates in any order of ids, against two maps that are kept without any cleverness. */
class OrderBookPropertiesTest {
    /** The naive book. */
    private static final class Model {
        private final TreeMap<BigDecimal, BigDecimal> bids = new TreeMap<>(Collections.reverseOrder());
        private final TreeMap<BigDecimal, BigDecimal> asks = new TreeMap<>();
        private long id;

        Verdict apply(
                long first, long last, Map<BigDecimal, BigDecimal> bidChanges, Map<BigDecimal, BigDecimal> askChanges) {
            if (last <= id) {
                return Verdict.STALE;
            }
            if (first > id + 1) {
                return Verdict.GAP;
            }
            change(bids, bidChanges);
            change(asks, askChanges);
            id = last;
            return Verdict.APPLY;
        }

        private static void change(TreeMap<BigDecimal, BigDecimal> side, Map<BigDecimal, BigDecimal> changes) {
            changes.forEach((price, quantity) -> {
                if (quantity.signum() == 0) {
                    side.remove(price);
                } else {
                    side.put(price, quantity);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aBookIsTheModelAfterEveryUpdate(long seed) {
        Random random = new Random(seed);
        Model model = new Model();
        model.id = 1_000;
        Model.change(model.bids, anyChanges(random, 60));
        Model.change(model.asks, anyChanges(random, 60));
        OrderBook book = OrderBook.of(new DepthSnapshot(1_000, levels(model.bids, random), levels(model.asks, random)));
        Map<Verdict, Integer> verdicts = new HashMap<>();
        Map<String, String> contentByDigest = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            long first = Math.max(0, model.id - 3 + random.nextInt(6));
            long last = first + random.nextInt(4);
            Map<BigDecimal, BigDecimal> bids = anyChanges(random, 8);
            Map<BigDecimal, BigDecimal> asks = anyChanges(random, 8);
            Verdict verdict = book.apply(new DepthUpdate(first, last, i, levels(bids, random), levels(asks, random)));
            assertThat(verdict).isEqualTo(model.apply(first, last, bids, asks));
            verdicts.merge(verdict, 1, Integer::sum);
            assertSame(book, model);
            String content = model.bids + " " + model.asks;
            String before = contentByDigest.putIfAbsent(book.digest(), content);
            assertThat(before == null ? content : before)
                    .as("two books with one digest")
                    .isEqualTo(content);
        }
        assertThat(verdicts).containsOnlyKeys(Verdict.values());
        assertThat(contentByDigest.values()).as("one book with two digests").doesNotHaveDuplicates();
    }

    /** Changes of different prices in one update, or in several that follow one another, commute. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void changesOfDifferentPricesCommute(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            DepthSnapshot start =
                    new DepthSnapshot(1, levels(nothingZero(anyChanges(random, 30)), random), PriceLevels.EMPTY);
            Map<BigDecimal, BigDecimal> changes = anyChanges(random, 20);
            OrderBook whole = OrderBook.of(start);
            whole.apply(new DepthUpdate(2, 40, 0, levels(changes, random), PriceLevels.EMPTY));
            OrderBook single = OrderBook.of(start);
            List<Map.Entry<BigDecimal, BigDecimal>> shuffled = new ArrayList<>(changes.entrySet());
            Collections.shuffle(shuffled, random);
            long id = 1;
            for (Map.Entry<BigDecimal, BigDecimal> change : shuffled) {
                id++;
                single.apply(new DepthUpdate(
                        id, id, 0, levels(Map.of(change.getKey(), change.getValue()), random), PriceLevels.EMPTY));
            }
            assertThat(single.digest()).isEqualTo(whole.digest());
            assertThat(single.bids().levels()).isEqualTo(whole.bids().levels());
        }
    }

    private static void assertSame(OrderBook book, Model model) {
        assertThat(book.lastUpdateId()).isEqualTo(model.id);
        assertThat(entries(book.bids())).isEqualTo(new ArrayList<>(model.bids.entrySet()));
        assertThat(entries(book.asks())).isEqualTo(new ArrayList<>(model.asks.entrySet()));
        boolean crossed = !model.bids.isEmpty()
                && !model.asks.isEmpty()
                && model.bids.firstKey().compareTo(model.asks.firstKey()) >= 0;
        assertThat(book.isCrossed()).isEqualTo(crossed);
    }

    private static List<Map.Entry<BigDecimal, BigDecimal>> entries(BookSide side) {
        List<Map.Entry<BigDecimal, BigDecimal>> entries = new ArrayList<>();
        for (int i = 0; i < side.size(); i++) {
            entries.add(
                    Map.entry(PackedDecimal.toBigDecimal(side.price(i)), PackedDecimal.toBigDecimal(side.quantity(i))));
        }
        return entries;
    }

    /** In any order, and with zeros behind the point or without. */
    private static PriceLevels levels(Map<BigDecimal, BigDecimal> changes, Random random) {
        List<Map.Entry<BigDecimal, BigDecimal>> shuffled = new ArrayList<>(changes.entrySet());
        Collections.shuffle(shuffled, random);
        PriceLevels.Builder levels = new PriceLevels.Builder();
        shuffled.forEach(level -> levels.add(
                PackedDecimal.parse(
                        level.getKey().setScale(4 + random.nextInt(5)).toPlainString()),
                PackedDecimal.parse(level.getValue().toPlainString())));
        return levels.build();
    }

    private static Map<BigDecimal, BigDecimal> nothingZero(Map<BigDecimal, BigDecimal> changes) {
        changes.values().removeIf(quantity -> quantity.signum() == 0);
        return changes;
    }

    private static Map<BigDecimal, BigDecimal> anyChanges(Random random, int most) {
        Map<BigDecimal, BigDecimal> changes = new HashMap<>();
        for (int n = random.nextInt(most); n > 0; n--) {
            BigDecimal price = Decimals.canonical(BigDecimal.valueOf(9_900 + random.nextInt(200), random.nextInt(5)));
            BigDecimal quantity = random.nextInt(3) == 0
                    ? BigDecimal.ZERO
                    : Decimals.canonical(BigDecimal.valueOf(1 + random.nextInt(100_000), random.nextInt(9)));
            changes.put(price, quantity);
        }
        return changes;
    }
}
