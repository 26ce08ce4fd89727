package io.reanchor.market.check;

import io.reanchor.market.Decimals;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeSet;

/** Every rebuilt five-second bar is the sum of its one-second bars, and is partial when one of them is. */
final class BarsConsistent implements Check {
    @Override
    public String name() {
        return "BARS_CONSISTENT";
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
        NavigableMap<Long, TradeBar> ones = input.rebuiltOneSecond();
        NavigableMap<Long, TradeBar> fives = input.rebuiltFiveSecond();
        TreeSet<Long> starts = new TreeSet<>(fives.keySet());
        ones.keySet().forEach(second -> starts.add(TradeBars.bucket(second, TradeBars.FIVE_SECONDS)));
        List<String> wrong = new ArrayList<>();
        for (long start : starts) {
            TradeBar five = fives.get(start);
            Collection<TradeBar> seconds = ones.subMap(start, true, start + TradeBars.FIVE_SECONDS, false)
                    .values();
            if (five == null || seconds.isEmpty()) {
                wrong.add("bar %d has %d one-second bars and %s five-second bar"
                        .formatted(start, seconds.size(), five == null ? "no" : "a"));
            } else if (!five.equals(TradeBars.sum(seconds, start, TradeBars.FIVE_SECONDS, five.partial()))) {
                wrong.add("bar %d has volume %s and %d trades, its seconds %s"
                        .formatted(start, Decimals.text(five.volume()), five.trades(), total(seconds, start)));
            } else if (!five.partial() && seconds.stream().anyMatch(TradeBar::partial)) {
                wrong.add("bar %d isn't partial, but one of its seconds is".formatted(start));
            }
        }
        return new Finding(
                wrong.isEmpty(),
                "every 5s bar the sum of its 1s bars",
                wrong.isEmpty()
                        ? "%d bars agree".formatted(starts.size())
                        : "%d of %d differ, the first: %s".formatted(wrong.size(), starts.size(), wrong.get(0)));
    }

    private static String total(Collection<TradeBar> seconds, long start) {
        TradeBar sum = TradeBars.sum(seconds, start, TradeBars.FIVE_SECONDS, true);
        return "%s and %d".formatted(Decimals.text(sum.volume()), sum.trades());
    }
}
