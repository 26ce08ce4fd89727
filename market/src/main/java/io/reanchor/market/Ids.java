package io.reanchor.market;

/** What an update id or a trade id can be. */
public final class Ids {
    /**
     * The largest id, 2^53 - 1: Lua, in which writers' scripts compare ids, and JavaScript count exactly up to here. Binance's
     * update ids stood at 5 × 10^10 in 2024.
     */
    public static final long MAX = (1L << 53) - 1;

    private Ids() {}
}
