package io.reanchor.exchange;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.Kline;
import io.reanchor.market.PriceLevels;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fails as told, or serves the pages it was given, and writes down what it was asked. */
final class FakeSource implements MarketDataSource {
    final List<String> asked = new ArrayList<>();
    private final String name;
    private final @Nullable MarketDataException failure;
    private final Deque<List<AggTrade>> pages = new ArrayDeque<>();

    FakeSource(String name, @Nullable MarketDataException failure) {
        this.name = name;
        this.failure = failure;
    }

    static FakeSource serving(List<List<AggTrade>> pages) {
        FakeSource source = new FakeSource("fake", null);
        source.pages.addAll(pages);
        return source;
    }

    private void note(String question) {
        asked.add(question);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Instant serverTime() {
        note("time");
        return Instant.EPOCH;
    }

    @Override
    public SymbolInfo symbol(String symbol) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DepthSnapshot depth(String symbol, int limit) {
        note("depth");
        return new DepthSnapshot(1, PriceLevels.EMPTY, PriceLevels.EMPTY);
    }

    @Override
    public List<AggTrade> aggTrades(String symbol, Instant start, int limit) {
        note("since " + start);
        return pages.removeFirst();
    }

    @Override
    public List<AggTrade> aggTrades(String symbol, long fromId, int limit) {
        note("from " + fromId);
        return pages.removeFirst();
    }

    @Override
    public List<Kline> klines(String symbol, String interval, Instant start, Instant end, int limit) {
        throw new UnsupportedOperationException();
    }
}
