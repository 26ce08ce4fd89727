package io.reanchor.market.check;

import io.reanchor.market.Decimals;
import io.reanchor.market.OrderBook;
import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** Best bid and best ask are near the last trade. A market whose live book is wide is allowed that width too: quiet markets are. */
final class PriceNear implements Check {
    @Override
    public String name() {
        return "PRICE_NEAR";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(100, 0, 10_000, "greatest distance in basis points");
    }

    private static final BigDecimal BPS = BigDecimal.valueOf(10_000);

    @Override
    public Finding check(CheckInput input, double threshold) {
        String expected = "best bid and ask within %.1f bps of the last trade".formatted(threshold);
        BigDecimal last = input.lastTradePrice();
        OrderBook book = input.book();
        if (last == null
                || last.signum() <= 0
                || book.bids().isEmpty()
                || book.asks().isEmpty()) {
            boolean noTrade = last == null;
            return new Finding(
                    noTrade, expected, noTrade ? "no trade since " + input.firstRebuilt() : "no price to compare");
        }
        BigDecimal bid = book.bids().level(0).price();
        BigDecimal ask = book.asks().level(0).price();
        double distance = bps(bid.subtract(last).abs().max(ask.subtract(last).abs()), last);
        double allowed = threshold + liveSpread(input.liveBook());
        return new Finding(
                distance <= allowed,
                expected
                        + (allowed > threshold
                                ? ", and %.1f bps for the live spread".formatted(allowed - threshold)
                                : ""),
                "bid %s, ask %s, last trade %s: %.1f bps"
                        .formatted(Decimals.text(bid), Decimals.text(ask), Decimals.text(last), distance));
    }

    private static double liveSpread(@Nullable OrderBook live) {
        if (live == null || live.bids().isEmpty() || live.asks().isEmpty() || live.isCrossed()) {
            return 0;
        }
        BigDecimal bid = live.bids().level(0).price();
        return bid.signum() <= 0 ? 0 : bps(live.asks().level(0).price().subtract(bid), bid);
    }

    private static double bps(BigDecimal difference, BigDecimal of) {
        return difference.multiply(BPS).divide(of, MathContext.DECIMAL64).doubleValue();
    }
}
