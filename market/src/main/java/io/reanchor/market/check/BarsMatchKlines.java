package io.reanchor.market.check;

import io.reanchor.market.Kline;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Every complete rebuilt one-second bar equals the exchange's own kline, and no kline with trades lacks its bar. Quote volumes may
 * differ by 1e-8 a trade, the exchange's own rounding. The newest kline isn't held against the bars while it counts fewer trades: it
 * may have been fetched before it was whole. Seconds after the newest bar aren't looked at: aggregate trades lag. */
final class BarsMatchKlines implements Check {
    @Override
    public String name() {
        return "BARS_MATCH_KLINES";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(0, 0, 1e6, "most one-second bars that may differ");
    }

    private static final BigDecimal ROUNDING = new BigDecimal("0.00000001");

    @Override
    public Finding check(CheckInput input, double threshold) {
        NavigableMap<Long, TradeBar> bars = input.rebuiltOneSecond();
        String expected = "at most %.0f one-second bars that differ from the exchange's klines".formatted(threshold);
        if (bars.isEmpty()) {
            return new Finding(true, expected, "no bar to compare");
        }
        long newest = input.klines().stream().mapToLong(Kline::openTime).max().orElse(-1);
        int compared = 0;
        List<String> wrong = new ArrayList<>();
        for (Kline kline : input.klines()) {
            long start = kline.openTime();
            TradeBar bar = bars.get(start);
            if (start < input.firstRebuilt() || start > bars.lastKey() || (bar != null && bar.partial())) {
                continue;
            }
            if (bar != null && start == newest && kline.trades() < bar.trades()) {
                continue;
            }
            compared++;
            String difference = difference(bar, kline);
            if (!difference.isEmpty()) {
                wrong.add("%d: %s".formatted(start, difference));
            }
        }
        return new Finding(
                wrong.size() <= threshold,
                expected,
                "%d of %d compared differ%s"
                        .formatted(wrong.size(), compared, wrong.isEmpty() ? "" : ", the first " + wrong.get(0)));
    }

    private static String difference(@Nullable TradeBar bar, Kline kline) {
        if (bar == null) {
            return kline.trades() == 0 ? "" : "kline has %d trades, there is no bar".formatted(kline.trades());
        }
        BigDecimal rounding = ROUNDING.multiply(BigDecimal.valueOf(bar.trades()));
        if (bar.trades() != kline.trades()) {
            return "kline has %d trades, the bar %d".formatted(kline.trades(), bar.trades());
        }
        if (differ(bar.open(), kline.open(), BigDecimal.ZERO)
                || differ(bar.high(), kline.high(), BigDecimal.ZERO)
                || differ(bar.low(), kline.low(), BigDecimal.ZERO)
                || differ(bar.close(), kline.close(), BigDecimal.ZERO)) {
            return "kline's prices are %s/%s/%s/%s, the bar's %s/%s/%s/%s"
                    .formatted(
                            kline.open(),
                            kline.high(),
                            kline.low(),
                            kline.close(),
                            bar.open(),
                            bar.high(),
                            bar.low(),
                            bar.close());
        }
        if (differ(bar.volume(), kline.volume(), BigDecimal.ZERO)
                || differ(bar.quoteVolume(), kline.quoteVolume(), rounding)
                || differ(bar.takerBuyVolume(), kline.takerBuyVolume(), BigDecimal.ZERO)
                || differ(bar.takerBuyQuoteVolume(), kline.takerBuyQuoteVolume(), rounding)) {
            return "kline's volumes are %s/%s/%s/%s, the bar's %s/%s/%s/%s"
                    .formatted(
                            kline.volume(),
                            kline.quoteVolume(),
                            kline.takerBuyVolume(),
                            kline.takerBuyQuoteVolume(),
                            bar.volume(),
                            bar.quoteVolume(),
                            bar.takerBuyVolume(),
                            bar.takerBuyQuoteVolume());
        }
        return "";
    }

    private static boolean differ(BigDecimal a, BigDecimal b, BigDecimal tolerance) {
        return a.subtract(b).abs().compareTo(tolerance) > 0;
    }
}
