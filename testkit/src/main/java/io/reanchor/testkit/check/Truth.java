package io.reanchor.testkit.check;

import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import io.reanchor.testkit.SimulatedMarket;
import io.reanchor.testkit.check.Event.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a simulated market says is true, as an event of a history. */
public final class Truth {
    static final String OP = "truth";

    private Truth() {}

    /**
     * Tells the book and the bars as they are now.
     *
     * @param depth how many levels a side a recovery asks for
     */
    public static void tell(SimulatedMarket market, int depth, History history) {
        OrderBook book = market.trueBook(market.updateId());
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("lastUpdateId", market.updateId());
        value.put("bids", side(book.bids(), depth));
        value.put("asks", side(book.asks(), depth));
        value.put("bars1s", bars(market.trueBars(Duration.ofSeconds(1))));
        value.put("bars5s", bars(market.trueBars(Duration.ofSeconds(5))));
        history.add("exchange", OP, Type.info, value);
    }

    private static Map<String, String> side(BookSide side, int depth) {
        Map<String, String> levels = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(depth, side.size()); i++) {
            levels.put(
                    side.level(i).price().toPlainString(),
                    side.level(i).quantity().toPlainString());
        }
        return levels;
    }

    private static Map<String, Object> bars(List<TradeBar> bars) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (TradeBar bar : bars) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("open", bar.open().toPlainString());
            values.put("high", bar.high().toPlainString());
            values.put("low", bar.low().toPlainString());
            values.put("close", bar.close().toPlainString());
            values.put("volume", bar.volume().toPlainString());
            values.put("quoteVolume", bar.quoteVolume().toPlainString());
            values.put("trades", bar.trades());
            values.put("firstTradeId", bar.firstTradeId());
            values.put("lastTradeId", bar.lastTradeId());
            all.put(Long.toString(bar.openTime()), values);
        }
        return all;
    }
}
