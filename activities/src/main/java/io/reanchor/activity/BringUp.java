package io.reanchor.activity;

import io.reanchor.market.FeatureVector;
import io.reanchor.redis.CaughtUp;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.MarketView;
import io.reanchor.redis.RedisStateException;
import io.reanchor.redis.StagedBarKeys;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedFeatures;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Brings what is staged to the journals' end, and the features to the same point: computed of what stands in Redis then, not of any memory. */
final class BringUp {
    private static final int ATTEMPTS = 5;

    private final MarketState state;

    BringUp(MarketState state) {
        this.state = state;
    }

    /**
     * What is staged now.
     *
     * @param state as the workflow accepted it, brought to the journals' end
     * @param read the same, as it was read back from Redis; of the bars, those that features and checks look at
     * @param how how the catch-up went
     */
    record Brought(StagedState state, MarketView read, CaughtUp how) {}

    Brought run(String symbol, Token token, StagedBook book, StagedBars bars, String against) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(symbol, token, book, bars, against);
            } catch (RedisStateException e) {
                // A late attempt of a step before caught up between our reading and our writing.
                boolean movedOn = e.type().equals(FailureTypes.LIVE_MOVED) && e.retryable();
                if (!movedOn || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Brought once(String symbol, Token token, StagedBook book, StagedBars bars, String against) {
        CaughtUp how = state.catchUp(symbol, token, book.key(), bars.bars1s());
        MarketView staged = state.staged(symbol, bars.since(), FeatureVector.WINDOW);
        MarketView.Book readBook = Staged.book(staged, book.key());
        MarketView.Bars ones = Staged.bars(staged.bars1s(), bars.bars1s());
        MarketView.Bars fives = Staged.bars(staged.bars5s(), bars.bars5s());
        StagedBook nowBook = Staged.asRead(book, readBook);
        StagedBars nowBars = Staged.asRead(bars, ones, fives);
        FeatureVector features = FeatureVector.of(
                readBook.book(), new TreeMap<>(ones.bars()), ones.header().id());
        StagedBarKeys barKeys = new StagedBarKeys(nowBars.bars1s(), nowBars.bars5s());
        StagedKey key = state.stageFeatures(symbol, token, nowBook.key(), barKeys, FeatureFields.own(features));
        StagedState now = new StagedState(
                nowBook, nowBars, new StagedFeatures(key, features.values().size(), FeatureVector.WARMING_UP), against);
        return new Brought(
                now,
                new MarketView(readBook, ones, fives, state.stagedFeatures(symbol), staged.receipt(), staged.leftOut()),
                how);
    }

    /**
     * Of what was lost for a book, what still is: a snapshot may be ahead of the journal, which has got more since.
     *
     * @param book as the workflow accepted it
     */
    List<IdSpan> stillLost(String symbol, StagedBook book) {
        List<IdSpan> lost = book.lost();
        IdSpan last = lost.isEmpty() ? null : lost.get(lost.size() - 1);
        if (last == null || !Objects.equals(last.last(), book.key().id())) {
            return lost;
        }
        return Stream.concat(
                        lost.subList(0, lost.size() - 1).stream(),
                        state.lostUpdates(symbol, last.first() - 1, last.last()).stream())
                .toList();
    }
}
