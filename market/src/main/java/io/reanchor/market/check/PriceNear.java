package io.reanchor.market.check;

import io.reanchor.market.Decimals;
import io.reanchor.market.OrderBook;
import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/**
 * Best bid and best ask are near the last trade. A wide market is allowed its width too, since quiet ones are: that of the live book,
 * or, when there is none or it is crossed, the staged book's own up to a bound.
 */
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

    /** Nothing vouches for the staged book's own spread: a side that is far off must not excuse itself. */
    private static final double WIDEST_OWN_BPS = 500;

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
        double spread = spread(input.liveBook(), book);
        double allowed = threshold + spread;
        return new Finding(
                distance <= allowed,
                expected + (spread > 0 ? ", and %.1f bps for the spread".formatted(spread) : ""),
                "bid %s, ask %s, last trade %s: %.1f bps"
                        .formatted(Decimals.text(bid), Decimals.text(ask), Decimals.text(last), distance));
    }

    private static double spread(@Nullable OrderBook live, OrderBook staged) {
        Double known = spread(live);
        if (known != null) {
            return known;
        }
        Double own = spread(staged);
        return own == null ? 0 : Math.min(own, WIDEST_OWN_BPS);
    }

    private static @Nullable Double spread(@Nullable OrderBook book) {
        if (book == null || book.bids().isEmpty() || book.asks().isEmpty() || book.isCrossed()) {
            return null;
        }
        BigDecimal bid = book.bids().level(0).price();
        return bid.signum() <= 0 ? null : bps(book.asks().level(0).price().subtract(bid), bid);
    }

    private static double bps(BigDecimal difference, BigDecimal of) {
        return difference.multiply(BPS).divide(of, MathContext.DECIMAL64).doubleValue();
    }
}
