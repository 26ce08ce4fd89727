package io.reanchor.market.check;

/** The snapshot isn't old. Depth carries no time, so its age is counted from the exchange's clock as read before the request, to the
 * exchange's clock now; never ours, which may be seconds off. */
final class Fresh implements Check {
    @Override
    public String name() {
        return "FRESH";
    }

    @Override
    public Kind kind() {
        return Kind.MARKET;
    }

    @Override
    public Threshold threshold() {
        return new Threshold(10_000, 0, 3_600_000, "greatest age of the snapshot in milliseconds");
    }

    @Override
    public Finding check(CheckInput input, double threshold) {
        String expected = "snapshot at most %.0f ms old by the exchange's clock".formatted(threshold);
        Long before = input.requestedAt();
        Long now = input.exchangeTime();
        if (before == null || now == null) {
            return new Finding(false, expected, "the exchange's time is unknown");
        }
        long age = now - before;
        // Below zero: the two times came from servers that disagree; as far off as that they prove nothing.
        return new Finding(
                Math.abs(age) <= threshold, expected, "asked for at %d, now %d: %d ms".formatted(before, now, age));
    }
}
