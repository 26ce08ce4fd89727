package io.reanchor.market.check;

/** One question to a staged state. Implementations are stateless and thread-safe. */
public interface Check {

    /** What a check is about. */
    enum Kind {
        /** Is it whole and in sequence? Always blocks. */
        STRUCTURE,
        /** Is it believable? Blocks by default; configuration may say otherwise. */
        MARKET
    }

    /** What a failure means. */
    enum Severity {
        /** The cut-over is refused. */
        BLOCK,
        /** It is reported, no more. */
        WARN,
        /** The check isn't run. */
        OFF
    }

    /** Its name in configuration and reports, e.g. {@code UNCROSSED}. */
    String name();

    Kind kind();

    /** What configuration may change about it. */
    Threshold threshold();

    /**
     * Looks at the input; {@code threshold} is the configured one, in the unit of {@link #threshold()}. Whatever it throws counts as
     * a failed check.
     */
    Finding check(CheckInput input, double threshold);
}
