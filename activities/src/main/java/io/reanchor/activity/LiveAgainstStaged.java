package io.reanchor.activity;

import io.reanchor.kit.BarJson;
import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.TradeBar;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.Comparison.Difference;
import io.reanchor.workflow.Comparison.Differences;
import io.reanchor.workflow.Comparison.Side;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Holds what is staged for a symbol against what is live. */
public final class LiveAgainstStaged {
    private LiveAgainstStaged() {}

    /**
     * Reads both and compares; changes nothing.
     *
     * @param at the caller's time, for the record
     * @return empty when nothing is staged
     * @throws io.reanchor.redis.RedisStateException when Redis can't be read
     */
    public static Optional<Comparison> of(MarketState state, String symbol, Instant at) {
        MarketView staged = state.staged(symbol);
        if (staged.book() == null || staged.bars1s() == null || staged.bars5s() == null) {
            return Optional.empty();
        }
        MarketView live = state.live(symbol);
        return Optional.of(new Comparison(
                at,
                live.receipt().getOrDefault("gen", ""),
                side(live),
                side(staged),
                differences(levels(live.book()), levels(staged.book()), Function.identity()),
                differences(bars(live.bars1s()), bars(staged.bars1s()), LiveAgainstStaged::text),
                differences(bars(live.bars5s()), bars(staged.bars5s()), LiveAgainstStaged::text),
                differences(features(live.features()), features(staged.features()), Function.identity())));
    }

    private static Side side(MarketView view) {
        MarketView.Bars bars = view.bars1s();
        return side(view.book(), bars == null ? null : bars.header().id());
    }

    static Side side(MarketView.@Nullable Book book, @Nullable Long lastTradeId) {
        return new Side(
                book == null ? null : book.header().id(),
                lastTradeId,
                book == null ? "none" : StageSnapshotStep.best(book.book().bids()),
                book == null ? "none" : StageSnapshotStep.best(book.book().asks()));
    }

    private static <K extends Comparable<K>, V> Differences differences(
            Map<K, V> live, Map<K, V> staged, Function<V, String> text) {
        TreeSet<K> all = new TreeSet<>(live.keySet());
        all.addAll(staged.keySet());
        List<Difference> first = new ArrayList<>();
        long differ = 0;
        for (K key : all) {
            V was = live.get(key);
            V is = staged.get(key);
            if (!Objects.equals(was, is)) {
                differ++;
                if (first.size() < Differences.SHOWN) {
                    first.add(new Difference(
                            key.toString(), was == null ? "" : text.apply(was), is == null ? "" : text.apply(is)));
                }
            }
        }
        return new Differences(all.size(), differ, first);
    }

    private static Map<String, String> levels(MarketView.@Nullable Book view) {
        Map<String, String> levels = new TreeMap<>();
        if (view != null) {
            OrderBook book = view.book();
            add(levels, "b:", book.bids());
            add(levels, "a:", book.asks());
        }
        return levels;
    }

    private static void add(Map<String, String> levels, String prefix, BookSide side) {
        for (int rank = 0; rank < side.size(); rank++) {
            levels.put(prefix + PackedDecimal.toString(side.price(rank)), PackedDecimal.toString(side.quantity(rank)));
        }
    }

    private static Map<Long, TradeBar> bars(MarketView.@Nullable Bars view) {
        return view == null ? Map.of() : view.bars();
    }

    private static String text(TradeBar bar) {
        return new String(BarJson.write(bar), StandardCharsets.UTF_8);
    }

    private static Map<String, String> features(MarketView.@Nullable Features view) {
        return view == null ? Map.of() : view.values();
    }
}
