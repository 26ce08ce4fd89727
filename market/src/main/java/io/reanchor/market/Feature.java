package io.reanchor.market;

import java.math.BigDecimal;
import java.util.NavigableMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The features that a book and its one-second bars allow at once. Pb, Qb are the best bid's price and quantity, Pa, Qa the best
 * ask's. Sums are exact; only the last division, root or logarithm is done in {@code double}, so a value is the same wherever
 * it is computed. A feature whose input is missing (an empty side, no trade) has no value.
 *
 * <p>"60 s" is the minute that ends with the newest one-second bar: the bars of its second and the 59 before, partial ones
 * included, as far as there are any.
 */
public enum Feature {
    /** {@code (Pb + Pa) / 2}, in quote currency. */
    MID("mid", state -> state.half(state.bid().add(state.ask()))),

    /** Quoted spread {@code 1e4 (Pa - Pb) / mid}, in basis points. */
    SPREAD_BPS("spreadBps", state -> {
        BigDecimal sum = state.bid().add(state.ask());
        return ratio(state.ask().subtract(state.bid()).multiply(BigDecimal.valueOf(20_000)), sum);
    }),

    /**
     * Level-1 weighted mid {@code (Pa Qb + Pb Qa) / (Qb + Qa)}, in quote currency. Source: the first step of Stoikov, "The
     * micro-price", SSRN 2970694, which defines a fuller one.
     */
    MICROPRICE("microprice", state -> {
        BigDecimal bidQuantity = state.book.bids().level(0).quantity();
        BigDecimal askQuantity = state.book.asks().level(0).quantity();
        return ratio(
                state.ask().multiply(bidQuantity).add(state.bid().multiply(askQuantity)), bidQuantity.add(askQuantity));
    }),

    /** Book imbalance {@code (ΣQb - ΣQa) / (ΣQb + ΣQa)} over the best 5 levels of each side, -1 to 1. */
    IMBALANCE_5("imbalance5", state -> state.imbalance(5)),

    /** As {@link #IMBALANCE_5} over the best 10 levels. */
    IMBALANCE_10("imbalance10", state -> state.imbalance(10)),

    /** As {@link #IMBALANCE_5} over the best 20 levels. */
    IMBALANCE_20("imbalance20", state -> state.imbalance(20)),

    /** Volume-weighted average price {@code Σpq / Σq} of the trades of 60 s, in quote currency. */
    VWAP_60S("vwap60s", state -> ratio(state.sum(TradeBar::quoteVolume), state.sum(TradeBar::volume))),

    /** Trade-sign imbalance {@code (Vbuy - Vsell) / (Vbuy + Vsell)} of 60 s by taker side, -1 to 1. */
    TRADE_SIGN_IMBALANCE_60S("tradeSignImbalance60s", state -> {
        BigDecimal volume = state.sum(TradeBar::volume);
        BigDecimal bought = state.sum(TradeBar::takerBuyVolume);
        return ratio(bought.add(bought).subtract(volume), volume);
    }),

    /**
     * Realised volatility {@code sqrt(Σ ln(c_i / c_{i-1})²)} over the closes of the one-second bars of 60 s, a plain number (not
     * annualised); seconds without a trade are left out. Needs two bars. Source: Andersen, Bollerslev, Diebold and Labys 2003.
     */
    REALISED_VOLATILITY_60S("realisedVolatility60s", State::realisedVolatility);

    private final String field;
    private final Function<State, @Nullable Double> formula;

    Feature(String field, Function<State, @Nullable Double> formula) {
        this.field = field;
        this.formula = formula;
    }

    /** Its name in Redis. */
    public String field() {
        return field;
    }

    private boolean needsBook() {
        return ordinal() <= IMBALANCE_20.ordinal();
    }

    @Nullable
    Double value(OrderBook book, NavigableMap<Long, TradeBar> lastMinute) {
        boolean missing = needsBook() ? book.bids().isEmpty() || book.asks().isEmpty() : lastMinute.isEmpty();
        return missing ? null : formula.apply(new State(book, lastMinute));
    }

    /** Null instead of a division by zero. */
    private static @Nullable Double ratio(BigDecimal numerator, BigDecimal denominator) {
        return denominator.signum() == 0 ? null : numerator.doubleValue() / denominator.doubleValue();
    }

    private record State(OrderBook book, NavigableMap<Long, TradeBar> lastMinute) {
        BigDecimal bid() {
            return book.bids().level(0).price();
        }

        BigDecimal ask() {
            return book.asks().level(0).price();
        }

        Double half(BigDecimal sum) {
            return sum.multiply(new BigDecimal("0.5")).doubleValue();
        }

        @Nullable
        Double imbalance(int levels) {
            BigDecimal bids = depth(book.bids(), levels);
            BigDecimal asks = depth(book.asks(), levels);
            return ratio(bids.subtract(asks), bids.add(asks));
        }

        private static BigDecimal depth(BookSide side, int levels) {
            BigDecimal sum = BigDecimal.ZERO;
            for (int rank = 0; rank < Math.min(levels, side.size()); rank++) {
                sum = sum.add(PackedDecimal.toBigDecimal(side.quantity(rank)));
            }
            return sum;
        }

        BigDecimal sum(Function<TradeBar, BigDecimal> part) {
            return lastMinute.values().stream().map(part).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        @Nullable
        Double realisedVolatility() {
            if (lastMinute.size() < 2) {
                return null;
            }
            double sum = 0;
            double previous = 0;
            for (TradeBar bar : lastMinute.values()) {
                double close = bar.close().doubleValue();
                if (close <= 0) {
                    return null;
                }
                if (previous > 0) {
                    double step = StrictMath.log(close / previous); // StrictMath: Math.log may differ between machines
                    sum += step * step;
                }
                previous = close;
            }
            return Math.sqrt(sum);
        }
    }
}
