package io.reanchor.market.check;

import io.reanchor.market.TradeBar;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The staged ids are those of what was accepted: the book's, and one trade id for both kinds of bars, which is the newest bar's. When
 * no bar was rebuilt, those that were carried over may end before it, each kind as its live writer left it.
 */
final class Sequence implements Check {
    @Override
    public String name() {
        return "SEQUENCE";
    }

    @Override
    public Kind kind() {
        return Kind.STRUCTURE;
    }

    @Override
    public Threshold threshold() {
        return Threshold.NONE;
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        Long id = input.oneSecondTradeId();
        Long newest1s = lastTradeId(input.oneSecond());
        Long newest5s = lastTradeId(input.fiveSecond());
        boolean quiet =
                input.rebuiltOneSecond().isEmpty() && input.rebuiltFiveSecond().isEmpty();
        boolean newest = quiet
                ? isAtMost(newest1s, id) && isAtMost(newest5s, id)
                : Objects.equals(newest1s, id) && Objects.equals(newest5s, id);
        boolean passed = input.book().lastUpdateId() == input.expectedUpdateId()
                && Objects.equals(id, input.fiveSecondTradeId())
                && newest;
        return new Finding(
                passed,
                "book at update %d; both bar keys at the trade id of their newest bar%s"
                        .formatted(input.expectedUpdateId(), quiet ? ", or past it: none was rebuilt" : ""),
                "book at update %d; 1s bars say trade %s, their newest bar %s; 5s bars say trade %s, their newest bar %s"
                        .formatted(
                                input.book().lastUpdateId(),
                                text(id),
                                text(newest1s),
                                text(input.fiveSecondTradeId()),
                                text(newest5s)));
    }

    private static @Nullable Long lastTradeId(NavigableMap<Long, TradeBar> bars) {
        return bars.isEmpty() ? null : bars.lastEntry().getValue().lastTradeId();
    }

    private static boolean isAtMost(@Nullable Long newest, @Nullable Long id) {
        return newest == null || (id != null && newest <= id);
    }

    private static String text(@Nullable Long id) {
        return id == null ? "none" : id.toString();
    }
}
