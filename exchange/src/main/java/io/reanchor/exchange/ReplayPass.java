package io.reanchor.exchange;

import io.reanchor.market.BookSide;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.SequenceRule.Verdict;
import io.reanchor.market.Trade;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass over a recording: one symbol's book, held against its tickers. */
final class ReplayPass implements MarketEvents {
    private final String symbol;
    private final TickerOracle oracle = new TickerOracle();
    private final List<DepthUpdate> waiting = new ArrayList<>();
    private @Nullable OrderBook book;
    private boolean behindGap;
    private long gaps;
    private long crossed;
    private long depthUpdates;
    private long applied;
    private long levelChanges;
    private long trades;

    ReplayPass(String symbol) {
        this.symbol = symbol;
    }

    /** Takes a snapshot that fits; while the book is true none is needed. */
    void anchor(DepthSnapshot snapshot) {
        if (book == null || (behindGap && snapshot.lastUpdateId() > book.lastUpdateId())) {
            OrderBook anchored = OrderBook.of(snapshot);
            book = anchored;
            behindGap = false;
            List<DepthUpdate> kept = List.copyOf(waiting);
            waiting.clear();
            kept.forEach(update -> apply(anchored, update));
        }
    }

    @Override
    public void depthUpdate(String of, DepthUpdate update) {
        if (!of.equals(symbol)) {
            return;
        }
        depthUpdates++;
        if (book == null) {
            waiting.add(update);
        } else {
            apply(book, update);
        }
    }

    private void apply(OrderBook to, DepthUpdate update) {
        Verdict verdict = to.apply(update);
        if (verdict == Verdict.GAP) {
            gaps += behindGap ? 0 : 1;
            behindGap = true;
            waiting.add(update);
        } else if (verdict == Verdict.APPLY) {
            applied++;
            levelChanges += update.bids().size() + update.asks().size();
            crossed += to.isCrossed() ? 1 : 0;
            oracle.applied(to);
        }
    }

    @Override
    public void trade(String of, Trade trade) {
        trades += of.equals(symbol) ? 1 : 0;
    }

    @Override
    public void bookTicker(String of, BookTicker ticker) {
        if (of.equals(symbol)) {
            oracle.ticker(ticker);
        }
    }

    long levelChanges() {
        return levelChanges;
    }

    ReplayResult result(int passes, long nanos) {
        if (book == null) {
            throw new IllegalStateException("the pass over %s saw no snapshot".formatted(symbol));
        }
        return new ReplayResult(
                symbol,
                passes,
                oracle.matched(),
                oracle.compared(),
                gaps,
                crossed,
                depthUpdates,
                applied,
                levelChanges,
                Math.round(levelChanges * (double) passes * 1e9 / Math.max(1, nanos)),
                trades,
                book.lastUpdateId(),
                best(book.bids()),
                best(book.asks()),
                book.digest());
    }

    private static String best(BookSide side) {
        return side.isEmpty() ? "" : side.level(0).toString();
    }
}
