package io.reanchor.activity;

import io.reanchor.market.FeatureVector;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.redis.StagedBarKeys;
import io.reanchor.redis.Token;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import java.util.TreeMap;

/** Brings what is staged to the journals' end, and the features to the same point: computed of what stands in Redis then, not of any memory. */
final class BringUp {
    private final MarketState state;

    BringUp(MarketState state) {
        this.state = state;
    }

    /**
     * What is staged now.
     *
     * @param state as the workflow accepted it, but for ids and counts, which have moved on
     * @param read the same, as it was read back from Redis
     */
    record Brought(StagedState state, MarketView read) {}

    Brought run(String symbol, Token token, StagedBook book, StagedBars bars, String against) {
        state.catchUp(symbol, token, book.key(), bars.bars1s());
        MarketView staged = state.staged(symbol);
        MarketView.Book readBook = Staged.book(staged, book.key());
        MarketView.Bars ones = Staged.bars(staged.bars1s(), bars.bars1s());
        MarketView.Bars fives = Staged.bars(staged.bars5s(), bars.bars5s());
        StagedKey bookKey = Staged.asRead(book.key(), readBook.header());
        StagedBarKeys barKeys = new StagedBarKeys(
                Staged.asRead(bars.bars1s(), ones.header()), Staged.asRead(bars.bars5s(), fives.header()));
        FeatureVector features = FeatureVector.of(
                readBook.book(), new TreeMap<>(ones.bars()), ones.header().id());
        StagedKey key = state.stageFeatures(symbol, token, bookKey, barKeys, FeatureFields.own(features));
        StagedState now = new StagedState(
                book.with(bookKey),
                bars.with(barKeys.bars1s(), barKeys.bars5s()),
                new StagedFeatures(key, features.values().size(), FeatureVector.WARMING_UP),
                against);
        return new Brought(
                now,
                new MarketView(
                        readBook, ones, fives, state.stagedFeatures(symbol), staged.receipt(), staged.leftOut()));
    }
}
