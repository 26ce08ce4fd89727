package io.reanchor.market;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Adds up what came in order of trade ids; the first thing added sets the open, the last the close. */
final class BarSum {
    private static final int VWAP_DECIMALS = 8;

    private BigDecimal open = BigDecimal.ZERO;
    private BigDecimal high = BigDecimal.ZERO;
    private BigDecimal low = BigDecimal.ZERO;
    private BigDecimal close = BigDecimal.ZERO;
    private BigDecimal volume = BigDecimal.ZERO;
    private BigDecimal quoteVolume = BigDecimal.ZERO;
    private BigDecimal takerBuyVolume = BigDecimal.ZERO;
    private BigDecimal takerBuyQuoteVolume = BigDecimal.ZERO;
    private long trades;
    private long firstTradeId;
    private long lastTradeId;

    void add(Trade trade) {
        BigDecimal quote = trade.price().multiply(trade.quantity());
        boolean takerBought = !trade.buyerIsMaker();
        range(trade.price(), trade.price(), trade.price(), trade.price(), trade.firstTradeId(), trade.lastTradeId());
        volumes(
                trade.quantity(),
                quote,
                takerBought ? trade.quantity() : BigDecimal.ZERO,
                takerBought ? quote : BigDecimal.ZERO);
        trades += trade.count();
    }

    void add(TradeBar bar) {
        range(bar.open(), bar.high(), bar.low(), bar.close(), bar.firstTradeId(), bar.lastTradeId());
        volumes(bar.volume(), bar.quoteVolume(), bar.takerBuyVolume(), bar.takerBuyQuoteVolume());
        trades += bar.trades();
    }

    private void range(BigDecimal o, BigDecimal h, BigDecimal l, BigDecimal c, long firstId, long lastId) {
        boolean first = trades == 0;
        open = first ? o : open;
        high = first ? h : high.max(h);
        low = first ? l : low.min(l);
        close = c;
        firstTradeId = first ? firstId : firstTradeId;
        lastTradeId = lastId;
    }

    private void volumes(BigDecimal base, BigDecimal quote, BigDecimal takerBase, BigDecimal takerQuote) {
        volume = volume.add(base);
        quoteVolume = quoteVolume.add(quote);
        takerBuyVolume = takerBuyVolume.add(takerBase);
        takerBuyQuoteVolume = takerBuyQuoteVolume.add(takerQuote);
    }

    /** Whether the trade ids of what was added have no hole. */
    boolean contiguous() {
        return trades == lastTradeId - firstTradeId + 1;
    }

    /** The bar; its vwap is the close when nothing but empty trades was added. */
    TradeBar bar(long openTime, long length, boolean partial) {
        BigDecimal vwap =
                volume.signum() == 0 ? close : quoteVolume.divide(volume, VWAP_DECIMALS, RoundingMode.HALF_EVEN);
        return new TradeBar(
                openTime,
                openTime + length - 1,
                open,
                high,
                low,
                close,
                volume,
                quoteVolume,
                trades,
                takerBuyVolume,
                takerBuyQuoteVolume,
                vwap,
                firstTradeId,
                lastTradeId,
                partial);
    }
}
