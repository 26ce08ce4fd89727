package io.reanchor.market.check;

/** Each side has a least number of levels. One by default: an honest thin market may have no more. */
final class DepthMin implements Check {
    @Override
    public String name() {
        return "DEPTH_MIN";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(1, 0, 100_000, "least levels a side");
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        int bids = input.book().bids().size();
        int asks = input.book().asks().size();
        return new Finding(
                Math.min(bids, asks) >= threshold,
                "at least %.0f levels a side".formatted(Math.ceil(threshold)),
                "%d bids, %d asks".formatted(bids, asks));
    }
}
