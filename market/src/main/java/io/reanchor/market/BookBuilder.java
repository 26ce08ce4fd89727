package io.reanchor.market;

import io.reanchor.market.SequenceRule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins a snapshot and the updates around it into one book. Updates come in any order and are kept across snapshot retries:
 * an exchange may serve a cached snapshot many seconds old, and whoever forgets the updates each time never gets there.
 * Not thread-safe.
 */
public final class BookBuilder {
    /** About two hours of Binance's 100 ms updates. */
    public static final int DEFAULT_CAPACITY = 72_000;

    private final SequenceRule rule;
    private final int capacity;
    private final TreeMap<Long, DepthUpdate> buffer = new TreeMap<>();
    private @Nullable OrderBook book;

    public BookBuilder(SequenceRule rule) {
        this(rule, DEFAULT_CAPACITY);
    }

    /** @param capacity most updates kept; past it the oldest go, and a snapshot as old as those is then refused */
    public BookBuilder(SequenceRule rule, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity %d: expected at least 1".formatted(capacity));
        }
        this.rule = rule;
        this.capacity = capacity;
    }

    /** How a snapshot fits the updates. */
    public enum Fit {
        /** The updates continue the snapshot without a hole to the last of them. */
        READY,
        /** The first update, or the book there is, begins past the snapshot: fetch a newer one. */
        OLDER_THAN_UPDATES,
        /** The updates continue the snapshot up to a hole: fetch one from behind the hole. */
        HOLE
    }

    /**
     * What came of a snapshot.
     *
     * @param fit how it fits
     * @param bookId the update id that snapshot and updates reached
     * @param nextUpdateId first id that doesn't continue it, or null when all do
     */
    public record Anchoring(Fit fit, long bookId, @Nullable Long nextUpdateId) {}

    /**
     * Takes an update: applies it when there is a book and it continues it, keeps it otherwise.
     *
     * @return what became of it; {@code GAP} also while there is no book yet, and then or later the update waits for a snapshot
     */
    public Verdict add(DepthUpdate update) {
        if (book != null) {
            Verdict verdict = book.apply(update);
            if (verdict == Verdict.APPLY) {
                drain(book, buffer);
            }
            if (verdict != Verdict.GAP) {
                return verdict;
            }
        }
        buffer.merge(update.finalUpdateId(), update, (a, b) -> a.firstUpdateId() <= b.firstUpdateId() ? a : b);
        if (buffer.size() > capacity) {
            buffer.pollFirstEntry();
        }
        return Verdict.GAP;
    }

    /**
     * Tries a snapshot. Unless it is {@code READY}, nothing changes: the updates are kept, and so is the book there was.
     *
     * @throws IllegalArgumentException when the snapshot has two levels at one price
     */
    public Anchoring anchor(DepthSnapshot snapshot) {
        OrderBook candidate = OrderBook.of(snapshot, 0, rule);
        TreeMap<Long, DepthUpdate> rest = new TreeMap<>(buffer);
        drain(candidate, rest);
        if (rest.isEmpty()) {
            if (book != null && candidate.lastUpdateId() < book.lastUpdateId()) {
                return new Anchoring(Fit.OLDER_THAN_UPDATES, candidate.lastUpdateId(), book.lastUpdateId() + 1);
            }
            buffer.clear();
            book = candidate;
            return new Anchoring(Fit.READY, candidate.lastUpdateId(), null);
        }
        boolean nothingApplied = candidate.lastUpdateId() == snapshot.lastUpdateId();
        boolean beforeAll = rest.size() == buffer.size();
        return new Anchoring(
                nothingApplied && beforeAll ? Fit.OLDER_THAN_UPDATES : Fit.HOLE,
                candidate.lastUpdateId(),
                rest.firstEntry().getValue().firstUpdateId());
    }

    /** The book, or null before a snapshot was {@code READY}. */
    public @Nullable OrderBook book() {
        return book;
    }

    /** The updates that wait for a snapshot, by sequence. */
    public List<DepthUpdate> buffered() {
        return new ArrayList<>(buffer.values());
    }

    /** Applies what continues the book, drops what it contains, leaves the rest. */
    private static void drain(OrderBook book, TreeMap<Long, DepthUpdate> updates) {
        while (!updates.isEmpty() && book.apply(updates.firstEntry().getValue()) != Verdict.GAP) {
            updates.pollFirstEntry();
        }
    }
}
