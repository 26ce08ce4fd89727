package io.reanchor.exchange;

import io.reanchor.exchange.MarketDataException.Type;
import io.reanchor.market.Trade;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * All aggregate trades of a symbol since a time, up to the newest the source shows. A busy market has more in five seconds
 * than one page holds, so it is paged by id, and all of it comes from one source: two need not have got equally far.
 * Repeated trades are dropped; holes are left for the checks to find. Thread-safe.
 */
public final class TradeHistory {
    private static final int PAGE = 1000;
    private static final int DEFAULT_MAX = 500_000;

    private final MarketDataSources sources;
    private final int maxTrades;

    public TradeHistory(MarketDataSources sources) {
        this(sources, DEFAULT_MAX);
    }

    /** @param maxTrades how many to hold at most: more is refused, with the advice to ask from a later time */
    public TradeHistory(MarketDataSources sources, int maxTrades) {
        this.sources = sources;
        this.maxTrades = maxTrades;
    }

    /** Every aggregate trade at or after {@code start}, by ascending id; empty when there was none. */
    public Served<List<Trade>> since(String symbol, Instant start) throws InterruptedException {
        return sources.ask(source -> since(source, symbol, start));
    }

    /** The same from one source, for who asks it for more than the trades. */
    public List<Trade> since(MarketDataSource source, String symbol, Instant start) throws InterruptedException {
        List<Trade> trades = new ArrayList<>();
        List<AggTrade> page = source.aggTrades(symbol, start, PAGE);
        long last = Long.MIN_VALUE;
        while (true) {
            long before = last;
            for (AggTrade trade : page) {
                if (trade.id() > last) {
                    trades.add(trade.trade());
                    last = trade.id();
                }
            }
            if (page.size() < PAGE) {
                return trades;
            }
            requireProgress(source, symbol, before, last);
            requireRoom(source, symbol, start, trades.size());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            page = source.aggTrades(symbol, last + 1, PAGE);
        }
    }

    private static void requireProgress(MarketDataSource source, String symbol, long before, long last) {
        if (last == before) {
            throw MarketDataException.passing(
                    Type.MALFORMED_REPLY,
                    ("%s %s aggTrades: expected trades from aggregate id %d on, got a full page of older ones; "
                                    + "trying again may help, else check that the source honours fromId")
                            .formatted(source.name(), symbol, last + 1),
                    null);
        }
    }

    private void requireRoom(MarketDataSource source, String symbol, Instant start, int size) {
        if (size > maxTrades) {
            throw MarketDataException.lasting(
                    Type.SOURCE_UNAVAILABLE,
                    ("%s %s aggTrades: expected at most %d aggregate trades since %s, got more; trying again doesn't "
                                    + "help: report a gap that starts later")
                            .formatted(source.name(), symbol, maxTrades, start),
                    null);
        }
    }
}
