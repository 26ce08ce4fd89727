package io.reanchor.market;

import java.math.BigDecimal;

/**
 * A bar of trades: the kline fields, vwap, the raw trade ids it covers, and whether all of its trades are known to be there.
 *
 * @param openTime first millisecond of the bucket, epoch, exchange clock
 * @param closeTime last millisecond of the bucket
 * @param open first price
 * @param high highest price
 * @param low lowest price
 * @param close last price
 * @param volume in base currency, exact
 * @param quoteVolume in quote currency, exact
 * @param trades number of raw trades
 * @param takerBuyVolume base volume bought by takers
 * @param takerBuyQuoteVolume quote volume bought by takers
 * @param vwap {@code quoteVolume / volume}, rounded half-even to 8 decimals: the one rounded number of a bar
 * @param firstTradeId first raw trade id
 * @param lastTradeId last raw trade id
 * @param partial whether trades of this bar may be missing
 */
public record TradeBar(
        long openTime,
        long closeTime,
        BigDecimal open,
        BigDecimal high,
        BigDecimal low,
        BigDecimal close,
        BigDecimal volume,
        BigDecimal quoteVolume,
        long trades,
        BigDecimal takerBuyVolume,
        BigDecimal takerBuyQuoteVolume,
        BigDecimal vwap,
        long firstTradeId,
        long lastTradeId,
        boolean partial) {
    public TradeBar {
        open = Decimals.canonical(open);
        high = Decimals.canonical(high);
        low = Decimals.canonical(low);
        close = Decimals.canonical(close);
        volume = Decimals.canonical(volume);
        quoteVolume = Decimals.canonical(quoteVolume);
        takerBuyVolume = Decimals.canonical(takerBuyVolume);
        takerBuyQuoteVolume = Decimals.canonical(takerBuyQuoteVolume);
        vwap = Decimals.canonical(vwap);
    }
}
