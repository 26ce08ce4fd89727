package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names of the strings that hold live state in JSON, each a template as in {@link Keyspace}, or null where there is no string. Each is
 * written in the transaction that changes its hash, by {@code json.lua}, whose head says what stands in it. Immutable.
 *
 * @param book of the order book
 * @param bars1s of the newest one-second bars
 * @param bars5s of the newest five-second bars
 * @param features of the features
 * @param bars of how many intervals a string holds the bars, the newest, 1 to 10,000
 */
public record JsonKeys(
        @Nullable String book,
        @Nullable String bars1s,
        @Nullable String bars5s,
        @Nullable String features,
        int bars) {
    /** As many as an exchange gives klines when nobody says how many. */
    public static final int BARS = 500;

    /** No strings: readers read the hashes. */
    public static final JsonKeys NONE = new JsonKeys(null, null, null, null, BARS);

    /** @throws IllegalArgumentException for a number of bars that can't be */
    public JsonKeys {
        if (bars < 1 || bars > 10_000) {
            throw new IllegalArgumentException("%d bars in a JSON string: expected 1 to 10,000".formatted(bars));
        }
    }

    List<String> templates() {
        return Stream.of(book, bars1s, bars5s, features)
                .filter(Objects::nonNull)
                .toList();
    }

    @Nullable
    String template(Family family) {
        return switch (family) {
            case BOOK -> book;
            case BARS_1S -> bars1s;
            case BARS_5S -> bars5s;
            case FEATURES -> features;
            case META -> null;
        };
    }
}
