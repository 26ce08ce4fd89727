package io.reanchor.market;

import java.math.BigDecimal;

/**
 * The exchange's own bar.
 *
 * @param openTime first millisecond of the bar, epoch, exchange clock
 * @param open first price
 * @param high highest price
 * @param low lowest price
 * @param close last price
 * @param volume in base currency
 * @param closeTime last millisecond of the bar
 * @param quoteVolume in quote currency
 * @param trades number of raw trades
 * @param takerBuyVolume base volume bought by takers
 * @param takerBuyQuoteVolume quote volume bought by takers
 */
public record Kline(
        long openTime,
        BigDecimal open,
        BigDecimal high,
        BigDecimal low,
        BigDecimal close,
        BigDecimal volume,
        long closeTime,
        BigDecimal quoteVolume,
        long trades,
        BigDecimal takerBuyVolume,
        BigDecimal takerBuyQuoteVolume) {
    public Kline {
        open = Decimals.canonical(open);
        high = Decimals.canonical(high);
        low = Decimals.canonical(low);
        close = Decimals.canonical(close);
        volume = Decimals.canonical(volume);
        quoteVolume = Decimals.canonical(quoteVolume);
        takerBuyVolume = Decimals.canonical(takerBuyVolume);
        takerBuyQuoteVolume = Decimals.canonical(takerBuyQuoteVolume);
    }
}
