package io.reanchor.demo;

import io.reanchor.market.TradeBar;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Live bars held against the exchange's own. A bar that the exchange has closed must be there and equal in every number; what the
 * live state calls complete must be.
 *
 * @param bars how many bars were looked at
 * @param wrong how many are missing or differ
 * @param example one that is wrong, empty when none is
 */
record BarCheck(int bars, int wrong, String example) {

    /**
     * @param live by the start of their bucket
     * @param truth the exchange's bars; the one that is still open is partial
     * @param upToTradeId bars with later trades aren't expected yet
     */
    static BarCheck of(Map<Long, TradeBar> live, List<TradeBar> truth, long upToTradeId) {
        int bars = 0;
        int wrong = 0;
        String example = "";
        Set<Long> known = new HashSet<>();
        for (TradeBar is : truth) {
            known.add(is.openTime());
            TradeBar shown = live.get(is.openTime());
            boolean due = !is.partial() && is.lastTradeId() <= upToTradeId;
            if (due || (shown != null && !shown.partial())) {
                bars++;
                if (shown == null || !equal(shown, is)) {
                    wrong++;
                    example = "bar %d is %s, on the exchange %s".formatted(is.openTime(), shown, is);
                }
            }
        }
        for (long start : live.keySet()) {
            if (!known.contains(start)) {
                bars++;
                wrong++;
                example = "bar " + start + ": the exchange has none";
            }
        }
        return new BarCheck(bars, wrong, example);
    }

    BarCheck plus(BarCheck other) {
        return new BarCheck(bars + other.bars, wrong + other.wrong, example.isEmpty() ? other.example : example);
    }

    /** In every number; a bar may be closed before a later trade shows it, so it may still be called partial. */
    private static boolean equal(TradeBar live, TradeBar truth) {
        return live.equals(truth) || live.equals(withPartial(truth, live.partial()));
    }

    private static TradeBar withPartial(TradeBar bar, boolean partial) {
        return new TradeBar(
                bar.openTime(),
                bar.closeTime(),
                bar.open(),
                bar.high(),
                bar.low(),
                bar.close(),
                bar.volume(),
                bar.quoteVolume(),
                bar.trades(),
                bar.takerBuyVolume(),
                bar.takerBuyQuoteVolume(),
                bar.vwap(),
                bar.firstTradeId(),
                bar.lastTradeId(),
                partial);
    }
}
