package io.reanchor.redis;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.TradeBar;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The steps of a recovery in the fewest words, whatever servers are behind them. */
class Steps {
    static final String SYMBOL = "BTCUSDT";
    static final Duration FLAG_TTL = Duration.ofSeconds(60);
    static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    final MarketState state;

    Steps(MarketState state) {
        this.state = state;
    }

    static Token run(String runId) {
        return Token.of(runId, 1);
    }

    /** A book around 100 whose quantities tell which one it is. */
    static OrderBook book(long id, int levels, String quantity) {
        PriceLevels.Builder bids = new PriceLevels.Builder();
        PriceLevels.Builder asks = new PriceLevels.Builder();
        for (int i = 0; i < levels; i++) {
            bids.add(price(10_000 - i), PackedDecimal.parse(quantity));
            asks.add(price(10_001 + i), PackedDecimal.parse(quantity));
        }
        return OrderBook.of(new DepthSnapshot(id, bids.build(), asks.build()), 1_700_000_000_123L);
    }

    private static long price(int cents) {
        return PackedDecimal.of(BigDecimal.valueOf(cents, 2));
    }

    static SortedMap<Long, TradeBar> bars(long interval, int count, long lastTradeId) {
        SortedMap<Long, TradeBar> bars = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            long open = 1_700_000_000_000L + i * interval;
            BigDecimal price = new BigDecimal("100.01");
            bars.put(
                    open,
                    new TradeBar(
                            open,
                            open + interval - 1,
                            price,
                            price,
                            price,
                            price,
                            new BigDecimal("0.5"),
                            new BigDecimal("50.005"),
                            1,
                            new BigDecimal("0.5"),
                            new BigDecimal("50.005"),
                            price,
                            lastTradeId - count + 1 + i,
                            lastTradeId - count + 1 + i,
                            i == count - 1));
        }
        return bars;
    }

    void claim(Token token) {
        if (!state.claim(SYMBOL, token, FLAG_TTL).mine()) {
            throw new AssertionError("the flag should have been free");
        }
    }

    StagedKey stageBook(Owner owner, OrderBook book) {
        return state.stageBook(SYMBOL, owner, book, levels -> {});
    }

    StagedBarKeys stageBars(Owner owner, long lastTradeId) {
        return state.stageBars(
                SYMBOL, owner, bars(1000, 10, lastTradeId), bars(5000, 2, lastTradeId), lastTradeId, bars -> {});
    }

    StagedKey stageFeatures(Token token, StagedKey book, StagedBarKeys bars) {
        return state.stageFeatures(SYMBOL, token, book, bars, Map.of("mid", "100.005", "schema", "1"));
    }

    /** Stages everything, with a book of ten levels a side and ten seconds of bars. */
    StagedState stage(Token token, long updateId, long tradeId) {
        return stage(token, updateId, tradeId, 1);
    }

    StagedState stage(Token token, long updateId, long tradeId, int attempt) {
        Owner owner = Owner.of(token, 0, attempt);
        String against = state.liveIds(SYMBOL).generation();
        StagedKey book = stageBook(owner, book(updateId, 10, "1." + updateId));
        StagedBarKeys bars = stageBars(owner, tradeId);
        return accepted(book, bars, stageFeatures(token, book, bars), against);
    }

    static StagedState accepted(StagedKey book, StagedBarKeys bars, StagedKey features, String against) {
        return new StagedState(
                new StagedBook(
                        book,
                        "test",
                        NOW,
                        10,
                        10,
                        "100 x 1",
                        "100.01 x 1",
                        "99.91",
                        "100.1",
                        "0123456789abcdef",
                        1,
                        null,
                        List.of()),
                new StagedBars(
                        bars.bars1s(),
                        bars.bars5s(),
                        "test",
                        NOW,
                        1L,
                        bars.bars1s().id(),
                        "100.01",
                        10,
                        10,
                        0,
                        List.of(),
                        List.of()),
                new StagedFeatures(features, 2, List.of()),
                against);
    }

    static CutOverOrder order(Token token, StagedState staged) {
        return new CutOverOrder(SYMBOL, token, "reanchor-" + SYMBOL, FeedGap.UNKNOWN, staged);
    }

    /** A whole recovery. */
    SwapReceipt recover(Token token, long updateId, long tradeId) {
        claim(token);
        return state.cutOver(order(token, stage(token, updateId, tradeId)));
    }
}
