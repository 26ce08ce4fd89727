package io.reanchor.market.check;

import io.reanchor.market.TradeBar;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The staged ids are those of what was accepted: the book's, and one trade id for both kinds of bars, which is the newest bar's. */
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
        Long newest = lastTradeId(input.oneSecond());
        boolean passed = input.book().lastUpdateId() == input.expectedUpdateId()
                && Objects.equals(input.oneSecondTradeId(), input.fiveSecondTradeId())
                && (newest == null || newest.equals(input.oneSecondTradeId()))
                && Objects.equals(newest, lastTradeId(input.fiveSecond()));
        return new Finding(
                passed,
                "book at update %d; both bar keys at the trade id of their newest bar"
                        .formatted(input.expectedUpdateId()),
                "book at update %d; 1s bars say trade %s, their newest bar %s; 5s bars say trade %s, their newest bar %s"
                        .formatted(
                                input.book().lastUpdateId(),
                                text(input.oneSecondTradeId()),
                                text(newest),
                                text(input.fiveSecondTradeId()),
                                text(lastTradeId(input.fiveSecond()))));
    }

    private static @Nullable Long lastTradeId(NavigableMap<Long, TradeBar> bars) {
        return bars.isEmpty() ? null : bars.lastEntry().getValue().lastTradeId();
    }

    private static String text(@Nullable Long id) {
        return id == null ? "none" : id.toString();
    }
}
