package io.reanchor.exchange;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.Kline;
import java.time.Instant;
import java.util.List;

/**
 * One place that market data can be asked from: an exchange, or an ingestor that speaks its format.
 *
 * <p>Every call blocks, ends within the source's request time-out, and ends at once when its thread is interrupted. What
 * comes back has been checked for shape and limits, not for truth: a snapshot may be old or crossed, trades may have holes.
 * Implementations are safe for use by many threads.
 *
 * <p>All calls throw {@link MarketDataException}.
 */
public interface MarketDataSource {

    /** A short name for logs and results, e.g. {@code binance}. */
    String name();

    /** The same source, whose answers are heard; one that has none to hear is itself. */
    default MarketDataSource tapped(Tap tap) {
        return this;
    }

    /** The exchange's own clock: the only one that tells how old its data is. */
    Instant serverTime() throws InterruptedException;

    /**
     * What the symbol is.
     *
     * @throws MarketDataException also when the source doesn't know the symbol, or when the symbol isn't trading
     */
    SymbolInfo symbol(String symbol) throws InterruptedException;

    /**
     * The order book now, or as it was when the source cached it.
     *
     * @param limit levels a side, 1 to 5000
     */
    DepthSnapshot depth(String symbol, int limit) throws InterruptedException;

    /**
     * The first aggregate trades at or after a time, oldest first.
     *
     * @param limit 1 to 1000
     */
    List<AggTrade> aggTrades(String symbol, Instant start, int limit) throws InterruptedException;

    /**
     * The aggregate trades from an aggregate id on, oldest first. Fewer than {@code limit} means there are no newer ones.
     *
     * @param fromId the first aggregate id wanted, not a raw trade id
     * @param limit 1 to 1000
     */
    List<AggTrade> aggTrades(String symbol, long fromId, int limit) throws InterruptedException;

    /**
     * The exchange's own bars, oldest first; the last may still be open.
     *
     * @param interval {@code 1s}, {@code 1m}, …
     * @param start the first open time wanted
     * @param end the last open time wanted
     * @param limit 1 to 1000
     */
    List<Kline> klines(String symbol, String interval, Instant start, Instant end, int limit)
            throws InterruptedException;
}
