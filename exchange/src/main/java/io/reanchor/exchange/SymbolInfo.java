package io.reanchor.exchange;

import java.math.BigDecimal;

/**
 * What an exchange says of a symbol that trades.
 *
 * @param symbol e.g. {@code BTCUSDT}
 * @param status the exchange's own word, {@code TRADING}
 * @param tickSize the step of a price; zero when the exchange names none
 * @param stepSize the step of a quantity; zero when the exchange names none
 */
public record SymbolInfo(String symbol, String status, BigDecimal tickSize, BigDecimal stepSize) {}
