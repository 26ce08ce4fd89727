package io.reanchor.redis;

import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is live, as {@code <n>-<token>}: n is one higher at every cut-over, the token keeps it unique where a failover took n back.
 */
record Generation(long n, Token token) {
    /** As many digits as a Lua number counts exactly; the last of them has no successor that could be read. */
    private static final long LAST = 999_999_999_999_999L;

    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,15})-(.+)");

    /**
     * The generation after {@code live}, which is empty before the first cut-over.
     *
     * @param key where {@code live} stands
     * @throws RedisStateException of type RedisRefused when that isn't {@code <n>-<token>}
     */
    static Generation after(String key, String live, Token token) {
        return new Generation(number(key, live) + 1, token);
    }

    /** As {@link #after}: n of a live generation, 0 for none. */
    static long number(String key, String live) {
        if (live.isEmpty()) {
            return 0;
        }
        return parse(live)
                .filter(generation -> generation.n() < LAST)
                .orElseThrow(() -> new RedisStateException(
                        FailureTypes.REDIS_REFUSED,
                        false,
                        "%s, field gen: found \"%s\", expected <n>-<token>. No cut-over wrote this, and without n the next one can't be told from those before. Trying again doesn't help: find out who wrote it, then HDEL %s gen."
                                .formatted(key, OneLine.of(live), key)))
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
