package io.reanchor.exchange;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery weighs: first as the interface's documentation has it, then as recoveries were. Too much is soon given back, too little
 * makes recoveries wait for each other; so of a symbol that wasn't recovered before, the most of the latest others is expected. Not
 * thread-safe.
 */
final class RecoveryWeight {
    private static final int LATEST = 20;
    private static final int SYMBOLS = 10_000;

    private final long least;
    private final long trades;
    private final Deque<Long> latest = new ArrayDeque<>();
    private final Map<String, Long> bySymbol = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > SYMBOLS;
        }
    };

    /**
     * @param least what every recovery weighs, but for its trades
     * @param trades what the trades of a lively market weigh
     */
    RecoveryWeight(long least, long trades) {
        this.least = least;
        this.trades = trades;
    }

    long expected(String symbol) {
        @Nullable Long before = bySymbol.get(symbol);
        if (before != null) {
            return Math.max(least, before);
        }
        return latest.stream().mapToLong(Long::longValue).max().stream()
                .map(most -> Math.max(least, most))
                .findFirst()
                .orElse(least + trades);
    }

    /** How much less than expected a recovery weighs, as a rule. */
    long spare() {
        if (latest.isEmpty()) {
            return trades;
        }
        long most = latest.stream().mapToLong(Long::longValue).max().orElseThrow();
        long mean = latest.stream().mapToLong(Long::longValue).sum() / latest.size();
        return most - mean;
    }

    void learn(String symbol, long spent) {
        bySymbol.put(symbol, spent);
        latest.addLast(spent);
        if (latest.size() > LATEST) {
            latest.removeFirst();
        }
    }
}
