package io.reanchor.redis;

import io.reanchor.market.OneLine;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who owns the flag and the staged keys: one round of one workflow <em>run</em>, as {@code <runId>.<round>}. A reset copies every id
 * that stands in a history, so only the run's own id may go in here; a second round would find the first one's receipt.
 *
 * @param value the text that stands in Redis
 */
public record Token(String value) {
    private static final Pattern FORMAT = Pattern.compile("[A-Za-z0-9_-]{1,64}\\.[0-9]{1,9}");

    /** @throws IllegalArgumentException when it isn't {@code <runId>.<round>} */
    public Token {
        if (!FORMAT.matcher(value).matches()) {
            throw new IllegalArgumentException("\"%s\" is no token: expected <runId>.<round>, as %s"
                    .formatted(OneLine.of(value), FORMAT.pattern()));
        }
    }

    public static Token of(String runId, int round) {
        return new Token(runId + "." + round);
    }

    /** The token in a text that may hold anything; empty when no run of ours wrote it. */
    public static Optional<Token> parse(String text) {
        return FORMAT.matcher(text).matches() ? Optional.of(new Token(text)) : Optional.empty();
    }

    /** The run that owns it. */
    public String runId() {
        return value.substring(0, value.lastIndexOf('.'));
    }

    @Override
    public String toString() {
        return value;
    }
}
