package io.reanchor.kit;

import io.reanchor.market.OrderBook;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * A symbol's live state at one instant. A key that isn't there is null. Immutable but for the book, which is the reader's own.
 *
 * @param generation as the receipt has it, otherwise the book; empty before the first cut-over
 * @param receipt what {@code meta:S} tells of the last cut-over, empty before the first
 * @param recovering whether the flag is set: the state is being rebuilt
 * @param others keys that are there and don't bear the generation: damage, or written by somebody who doesn't keep {@code gen}
 */
public record LiveState(
        String generation,
        @Nullable Book book,
        @Nullable Bars bars1s,
        @Nullable Bars bars5s,
        @Nullable Features features,
        Map<String, String> receipt,
        boolean recovering,
        List<String> others) {

    /**
     * That a key can't be trusted to be true now.
     *
     * @param from the first id that is known to be missing; null when nothing has come for too long
     * @param since when that was noticed, by the clock of who noticed
     */
    public record Suspicion(@Nullable Long from, @Nullable Instant since) {}

    /** The order book. @param suspicion null when there is none */
    public record Book(OrderBook book, @Nullable Suspicion suspicion) {}

    /**
     * Bars by the start of their bucket, epoch milliseconds.
     *
     * @param lastTradeId the last raw trade id in them, or null when there never was one
     * @param suspicion null when there is none
     */
    public record Bars(
            @Nullable Long lastTradeId,
            NavigableMap<Long, TradeBar> bars,
            @Nullable Suspicion suspicion) {}

    /**
     * Features by name, decimals in plain text.
     *
     * @param asOfUpdateId update id of the book they are made of, or null
     * @param asOfTradeId last trade id of the bars they are made of, or null
     */
    public record Features(
            Map<String, String> values,
            @Nullable Long asOfUpdateId,
            @Nullable Long asOfTradeId) {}

    /** Whether all four are there, of this generation. */
    public boolean isWhole() {
        return book != null && bars1s != null && bars5s != null && features != null && others.isEmpty();
    }

    /** Whether book or bars are suspect. */
    public boolean isSuspect() {
        return (book != null && book.suspicion() != null)
                || (bars1s != null && bars1s.suspicion() != null)
                || (bars5s != null && bars5s.suspicion() != null);
    }

    /** Update ids that no source had any more at the last cut-over, as {@code from..to}. */
    public List<String> lostUpdates() {
        return words("lostUpdates");
    }

    /** Raw trade ids that no source had any more at the last cut-over, as {@code from..to}. */
    public List<String> lostTrades() {
        return words("lostTrades");
    }

    /** Starts of the one-second bars that were partial at the last cut-over. */
    public List<String> partialBars() {
        return words("partialBars");
    }

    /** The lowest price down to which the book was known to have every level at the last cut-over, or null when that isn't told. */
    public @Nullable BigDecimal trustedLow() {
        return decimal("trustedLow");
    }

    /** The highest price up to which the book was known to have every level at the last cut-over, or null when that isn't told. */
    public @Nullable BigDecimal trustedHigh() {
        return decimal("trustedHigh");
    }

    /** Features that hadn't their whole window at the last cut-over. */
    public List<String> warmingUp() {
        return words("warmingUp");
    }

    /** Whether live is an earlier state that was put back: only then, and after a failover, may ids be lower than before. */
    public boolean isRevert() {
        return receipt.getOrDefault("kind", "").equals("revert");
    }

    private @Nullable BigDecimal decimal(String field) {
        String text = receipt.getOrDefault(field, "");
        return text.matches("-?[0-9]{1,64}(\\.[0-9]{1,63})?") ? new BigDecimal(text) : null;
    }

    private List<String> words(String field) {
        return Arrays.stream(receipt.getOrDefault(field, "").split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
