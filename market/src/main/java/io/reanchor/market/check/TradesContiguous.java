package io.reanchor.market.check;

import io.reanchor.market.TradeBar;

/**
 * No raw trade id is missing between the first and the last rebuilt trade. Nothing is asked of a window without trades, nor of what
 * was carried over; what is missing between that and the window is said, no more.
 */
final class TradesContiguous implements Check {
    @Override
    public String name() {
        return "TRADES_CONTIGUOUS";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(0, 0, 1e9, "most raw trades missing");
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        String expected = "at most %.0f raw trades missing".formatted(threshold);
        var bars = input.rebuiltOneSecond();
        if (bars.isEmpty()) {
            return new Finding(true, expected, "no trade since " + input.firstRebuilt());
        }
        long missing = 0;
        String first = "";
        long previous = bars.firstEntry().getValue().firstTradeId() - 1;
        for (TradeBar bar : bars.values()) {
            long before = Math.abs(bar.firstTradeId() - 1 - previous);
            long within = Math.abs(bar.lastTradeId() - bar.firstTradeId() + 1 - bar.trades());
            if (before + within > 0 && first.isEmpty()) {
                first = before > 0
                        ? ", first before bar %d: trade %d follows %d"
                                .formatted(bar.openTime(), bar.firstTradeId(), previous)
                        : ", first within bar %d: %d trades for ids %d..%d"
                                .formatted(bar.openTime(), bar.trades(), bar.firstTradeId(), bar.lastTradeId());
            }
            missing += before + within;
            previous = bar.lastTradeId();
        }
        return new Finding(
                missing <= threshold,
                expected,
                "trades %d..%d, %d missing%s%s"
                        .formatted(
                                bars.firstEntry().getValue().firstTradeId(), previous, missing, first, before(input)));
    }

    private static String before(CheckInput input) {
        var carried = input.oneSecond().lowerEntry(input.firstRebuilt());
        if (carried == null) {
            return "";
        }
        long last = carried.getValue().lastTradeId();
        long next = input.rebuiltOneSecond().firstEntry().getValue().firstTradeId();
        return next <= last + 1
                ? ""
                : "; not counted: %d before them, after trade %d, the last one carried over"
                        .formatted(next - last - 1, last);
    }
}
