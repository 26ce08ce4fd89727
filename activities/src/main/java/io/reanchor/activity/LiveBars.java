package io.reanchor.activity;

import io.reanchor.market.TradeBar;
import io.reanchor.redis.MarketView;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The live bars by the start of their bucket, epoch milliseconds; empty where there are none. */
record LiveBars(
        NavigableMap<Long, TradeBar> oneSecond,
        NavigableMap<Long, TradeBar> fiveSecond,
        @Nullable Long lastTradeId) {

    static LiveBars of(MarketView live) {
        Long last = Stream.of(live.bars1s(), live.bars5s())
                .filter(bars -> bars != null && bars.header().id() != null)
                .map(bars -> bars.header().id())
                .max(Long::compare)
                .orElse(null);
        return new LiveBars(bars(live.bars1s()), bars(live.bars5s()), last);
    }

    private static NavigableMap<Long, TradeBar> bars(MarketView.@Nullable Bars bars) {
        return bars == null ? new TreeMap<>() : new TreeMap<>(bars.bars());
    }
}
