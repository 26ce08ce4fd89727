package io.reanchor.market;

/** Short hands for tests. */
public final class Books {
    private Books() {}

    /** Levels from {@code price, quantity, price, quantity…}. */
    public static PriceLevels levels(String... pricesAndQuantities) {
        PriceLevels.Builder builder = new PriceLevels.Builder();
        for (int i = 0; i < pricesAndQuantities.length; i += 2) {
            builder.add(PackedDecimal.parse(pricesAndQuantities[i]), PackedDecimal.parse(pricesAndQuantities[i + 1]));
        }
        return builder.build();
    }

    static DepthUpdate update(long first, long last, long time, PriceLevels bids, PriceLevels asks) {
        return new DepthUpdate(first, last, time, bids, asks);
    }
}
