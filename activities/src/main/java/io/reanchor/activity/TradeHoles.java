package io.reanchor.activity;

import io.reanchor.kit.Continuation;
import io.reanchor.market.Trade;
import io.reanchor.workflow.IdSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** Raw trade ids that are missing between the trades of a list. */
final class TradeHoles {
    /** So many are told of, and filled. */
    static final int MOST = 32;

    private TradeHoles() {}

    /** In order of their ids, at most 32. */
    static List<IdSpan> of(List<Trade> trades) {
        List<Trade> sorted = new ArrayList<>(trades);
        sorted.sort(Comparator.comparingLong(Trade::firstTradeId));
        List<IdSpan> holes = new ArrayList<>();
        long end = sorted.isEmpty() ? 0 : sorted.get(0).firstTradeId() - 1;
        for (Trade trade : sorted) {
            if (trade.firstTradeId() > end + 1 && holes.size() < MOST) {
                holes.add(new IdSpan(end + 1, trade.firstTradeId() - 1));
            }
            end = Math.max(end, trade.lastTradeId());
        }
        return holes;
    }

    /**
     * Adds what the journal has of the first of them.
     *
     * @param journal what of it continues a trade id; empty when there is none
     */
    static void fill(List<Trade> trades, LongFunction<Optional<Continuation<Trade>>> journal) {
        for (IdSpan hole : of(trades)) {
            long id = hole.first() - 1;
            for (int looks = 0; id < hole.last() && looks < MOST; looks++) {
                Continuation<Trade> found = journal.apply(id).orElse(null);
                if (found == null) {
                    return;
                }
                found.events().stream()
                        .filter(trade -> trade.lastTradeId() <= hole.last())
                        .forEach(trades::add);
                Long next = found.nextFirst();
                id = next == null ? hole.last() : next - 1; // past the journal's own hole
            }
        }
    }
}
