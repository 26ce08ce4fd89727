package io.reanchor.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is live, as {@code <n>-<token>}: n is one higher at every cut-over, the token keeps it unique where a failover took n back.
 */
record Generation(long n, Token token) {
    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,15})-(.+)");

    /** The generation after {@code live}, which is empty before the first cut-over. */
    static Generation after(String live, Token token) {
        return new Generation(live.isEmpty() ? 1 : number(live) + 1, token);
    }

    /** @throws IllegalArgumentException when it isn't {@code <n>-<token>} */
    static long number(String generation) {
        return parse(generation)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"%s\" is no generation: expected <n>-<token>".formatted(generation)))
                .n();
    }

    static Optional<Generation> parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Token.parse(matcher.group(2)).map(token -> new Generation(Long.parseLong(matcher.group(1)), token));
    }

    @Override
    public String toString() {
        return n + "-" + token;
    }
}
