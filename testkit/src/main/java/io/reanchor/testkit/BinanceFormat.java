package io.reanchor.testkit;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Kline;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.math.BigDecimal;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;

/** Writes what Binance's spot interface sends, byte for byte in its manner: decimals with eight places, as text. */
final class BinanceFormat {
    private static final int PLACES = 8;

    private BinanceFormat() {}

    static String time(long now) {
        return "{\"serverTime\":" + now + "}";
    }

    static String error(int code, String message) {
        return "{\"code\":" + code + ",\"msg\":\"" + message + "\"}";
    }

    static String exchangeInfo(long now, String symbol, String status) {
        return ("{\"timezone\":\"UTC\",\"serverTime\":%d,\"rateLimits\":[],\"exchangeFilters\":[],\"symbols\":[{\"symbol\":\"%s\","
                        + "\"status\":\"%s\",\"filters\":[{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.01000000\","
                        + "\"maxPrice\":\"1000000.00000000\",\"tickSize\":\"0.01000000\"},{\"filterType\":\"LOT_SIZE\","
                        + "\"minQty\":\"0.00001000\",\"maxQty\":\"9000.00000000\",\"stepSize\":\"0.00001000\"}]}]}")
                .formatted(now, symbol, status);
    }

    static String depth(DepthSnapshot book) {
        return "{\"lastUpdateId\":" + book.lastUpdateId() + ",\"bids\":" + levels(book.bids()) + ",\"asks\":"
                + levels(book.asks()) + "}";
    }

    static String depthUpdate(String symbol, DepthUpdate update) {
        return "{\"e\":\"depthUpdate\",\"E\":" + update.eventTime() + ",\"s\":\"" + symbol + "\",\"U\":"
                + update.firstUpdateId() + ",\"u\":" + update.finalUpdateId() + ",\"b\":" + levels(update.bids())
                + ",\"a\":" + levels(update.asks()) + "}";
    }

    static String bookTicker(String symbol, MarketEvent.Ticker ticker) {
        return "{\"u\":" + ticker.updateId() + ",\"s\":\"" + symbol + "\",\"b\":"
                + decimal(ticker.bid().price()) + ",\"B\":"
                + decimal(ticker.bid().quantity()) + ",\"a\":"
                + decimal(ticker.ask().price()) + ",\"A\":"
                + decimal(ticker.ask().quantity()) + "}";
    }

    static String trade(String symbol, Trade trade, long now) {
        return "{\"e\":\"trade\",\"E\":" + now + ",\"s\":\"" + symbol + "\",\"t\":" + trade.lastTradeId() + ",\"p\":"
                + decimal(trade.price()) + ",\"q\":" + decimal(trade.quantity()) + ",\"T\":" + trade.time() + ",\"m\":"
                + trade.buyerIsMaker() + ",\"M\":true}";
    }

    static String aggregates(List<Aggregate> aggregates) {
        return list(aggregates, aggregate -> {
            Trade trade = aggregate.trade();
            return "{\"a\":" + aggregate.id() + ",\"p\":" + decimal(trade.price()) + ",\"q\":"
                    + decimal(trade.quantity()) + ",\"f\":" + trade.firstTradeId() + ",\"l\":" + trade.lastTradeId()
                    + ",\"T\":" + trade.time() + ",\"m\":" + trade.buyerIsMaker() + ",\"M\":true}";
        });
    }

    static String trades(List<Trade> trades) {
        return list(
                trades,
                trade -> "{\"id\":" + trade.lastTradeId() + ",\"price\":" + decimal(trade.price()) + ",\"qty\":"
                        + decimal(trade.quantity()) + ",\"quoteQty\":"
                        + decimal(trade.price().multiply(trade.quantity())) + ",\"time\":" + trade.time()
                        + ",\"isBuyerMaker\":" + trade.buyerIsMaker() + ",\"isBestMatch\":true}");
    }

    static String klines(List<Kline> klines) {
        return list(
                klines,
                bar -> "[" + bar.openTime() + "," + decimal(bar.open()) + "," + decimal(bar.high()) + ","
                        + decimal(bar.low()) + "," + decimal(bar.close()) + "," + decimal(bar.volume()) + ","
                        + bar.closeTime() + "," + decimal(bar.quoteVolume()) + "," + bar.trades() + ","
                        + decimal(bar.takerBuyVolume()) + "," + decimal(bar.takerBuyQuoteVolume()) + ",\"0\"]");
    }

    private static String levels(PriceLevels levels) {
        StringBuilder text = new StringBuilder(levels.size() * 34 + 2).append('[');
        for (int i = 0; i < levels.size(); i++) {
            text.append(i == 0 ? "[" : ",[")
                    .append(decimal(PackedDecimal.toBigDecimal(levels.price(i))))
                    .append(',')
                    .append(decimal(PackedDecimal.toBigDecimal(levels.quantity(i))))
                    .append(']');
        }
        return text.append(']').toString();
    }

    private static <T> String list(List<T> items, Function<T, String> format) {
        StringJoiner text = new StringJoiner(",", "[", "]");
        items.forEach(item -> text.add(format.apply(item)));
        return text.toString();
    }

    private static String decimal(BigDecimal value) {
        return '"' + value.setScale(Math.max(PLACES, value.scale())).toPlainString() + '"';
    }
}
