package io.reanchor.market;

import io.reanchor.market.SequenceRule.Verdict;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A symbol's order book at one update id, with exact prices and quantities. Mutable, not thread-safe. */
public final class OrderBook {
    private final SequenceRule rule;
    private final BookSide bids;
    private final BookSide asks;
    private long lastUpdateId;
    private long eventTime;

    private OrderBook(SequenceRule rule, BookSide bids, BookSide asks, long lastUpdateId, long eventTime) {
        this.rule = rule;
        this.bids = bids;
        this.asks = asks;
        this.lastUpdateId = lastUpdateId;
        this.eventTime = eventTime;
    }

    /** A book by Binance spot's sequence rule whose event time isn't known yet. */
    public static OrderBook of(DepthSnapshot snapshot) {
        return of(snapshot, 0);
    }

    /**
     * A book by Binance spot's sequence rule.
     *
     * @param eventTime epoch milliseconds by the exchange's clock, 0 when unknown
     */
    public static OrderBook of(DepthSnapshot snapshot, long eventTime) {
        return of(snapshot, eventTime, SequenceRule.BINANCE_SPOT);
    }

    /**
     * A book with exactly the snapshot's levels.
     *
     * @throws IllegalArgumentException when a side has two levels at one price
     */
    public static OrderBook of(DepthSnapshot snapshot, long eventTime, SequenceRule rule) {
        return new OrderBook(
                rule,
                BookSide.of(true, snapshot.bids()),
                BookSide.of(false, snapshot.asks()),
                snapshot.lastUpdateId(),
                eventTime);
    }

    /** An independent copy. */
    public OrderBook copy() {
        return new OrderBook(rule, bids.copy(), asks.copy(), lastUpdateId, eventTime);
    }

    /** Applies an update by the sequence rule; a stale one, or one behind a gap, leaves the book untouched. */
    public Verdict apply(DepthUpdate update) {
        Verdict verdict = rule.judge(lastUpdateId, update);
        if (verdict == Verdict.APPLY) {
            bids.apply(update.bids());
            asks.apply(update.asks());
            lastUpdateId = update.finalUpdateId();
            eventTime = update.eventTime();
        }
        return verdict;
    }

    public long lastUpdateId() {
        return lastUpdateId;
    }

    /** Epoch milliseconds by the exchange's clock, 0 when unknown. */
    public long eventTime() {
        return eventTime;
    }

    public BookSide bids() {
        return bids;
    }

    public BookSide asks() {
        return asks;
    }

    /** Whether the best bid is at or above the best ask, which an honest book never shows. */
    public boolean isCrossed() {
        return !bids.isEmpty() && !asks.isEmpty() && PackedDecimal.compare(bids.price(0), asks.price(0)) >= 0;
    }

    /** The whole book. */
    public DepthSnapshot snapshot() {
        return new DepthSnapshot(lastUpdateId, bids.levels(), asks.levels());
    }

    /**
     * The first 16 hex digits of the SHA-256 over one line a level, {@code b:<price>=<quantity>} for the bids, best first, then
     * {@code a:<price>=<quantity>} for the asks, best first. It says nothing about ids and times.
     */
    public String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            update(sha, 'b', bids);
            update(sha, 'a', asks);
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest sha, char side, BookSide levels) {
        byte[] line = new byte[2 * PackedDecimal.MAX_ASCII + 4];
        line[0] = (byte) side;
        line[1] = ':';
        for (int i = 0; i < levels.size(); i++) {
            int at = PackedDecimal.write(levels.price(i), line, 2);
            line[at++] = '=';
            at = PackedDecimal.write(levels.quantity(i), line, at);
            line[at++] = '\n';
            sha.update(line, 0, at);
        }
    }
}
