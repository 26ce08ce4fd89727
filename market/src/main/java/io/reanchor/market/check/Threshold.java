package io.reanchor.market.check;

/**
 * A check's adjustable limit.
 *
 * @param byDefault used unless configured
 * @param min least allowed value
 * @param max greatest allowed value
 * @param meaning what it limits, with its unit; empty when the check has none
 */
public record Threshold(double byDefault, double min, double max, String meaning) {
    /** Of a check that has nothing to adjust. */
    public static final Threshold NONE = new Threshold(0, 0, 0, "");

    /** Whether there is something to adjust. */
    public boolean adjustable() {
        return !meaning.isEmpty();
    }
}
