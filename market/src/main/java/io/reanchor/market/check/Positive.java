package io.reanchor.market.check;

import io.reanchor.market.BookSide;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Every price and quantity is above zero, and every rebuilt bar has one trade at least and its prices in order. */
final class Positive implements Check {
    @Override
    public String name() {
        return "POSITIVE";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return Threshold.NONE;
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        List<String> bad = new ArrayList<>();
        collect("bid", input.book().bids(), bad);
        collect("ask", input.book().asks(), bad);
        input.rebuiltOneSecond().values().stream()
                .filter(b -> !isSound(b))
                .forEach(b -> bad.add("1s bar " + b.openTime()));
        input.rebuiltFiveSecond().values().stream()
                .filter(b -> !isSound(b))
                .forEach(b -> bad.add("5s bar " + b.openTime()));
        String actual = bad.isEmpty()
                ? "%d bids, %d asks, all above zero"
                        .formatted(
                                input.book().bids().size(), input.book().asks().size())
                : "%d are not, the first is %s".formatted(bad.size(), bad.get(0));
        return new Finding(bad.isEmpty(), "every price, quantity and bar above zero", actual);
    }

    private static void collect(String side, BookSide levels, List<String> bad) {
        for (int rank = 0; rank < levels.size(); rank++) {
            if (PackedDecimal.signum(levels.price(rank)) <= 0 || PackedDecimal.signum(levels.quantity(rank)) <= 0) {
                bad.add(side + " " + levels.level(rank));
            }
        }
    }

    private static boolean isSound(TradeBar bar) {
        return bar.trades() > 0
                && bar.low().signum() > 0
                && bar.volume().signum() > 0
                && bar.quoteVolume().signum() > 0
                && isBetween(bar.open(), bar)
                && isBetween(bar.close(), bar)
                && bar.takerBuyVolume().signum() >= 0
                && bar.takerBuyVolume().compareTo(bar.volume()) <= 0;
    }

    private static boolean isBetween(BigDecimal price, TradeBar bar) {
        return price.compareTo(bar.low()) >= 0 && price.compareTo(bar.high()) <= 0;
    }
}
