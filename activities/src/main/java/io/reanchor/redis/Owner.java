package io.reanchor.redis;

/**
 * One load of staged keys: {@code <token>:<n>}. A later call of the run, and a later attempt of the same call, has a higher n
 * and takes the keys; a lower one can't any more.
 *
 * @param token the round that owns the symbol
 * @param n {@code call * 1_000_000 + attempt}
 */
public record Owner(Token token, long n) {
    private static final int ATTEMPTS = 1_000_000;

    /**
     * @param call number of the staging call in the run, from 0
     * @param attempt the activity's attempt, from 1
     */
    public static Owner of(Token token, int call, int attempt) {
        if (call < 0 || attempt < 1 || attempt >= ATTEMPTS) {
            throw new IllegalArgumentException(
                    "call %d, attempt %d: expected call >= 0 and attempt 1..%d".formatted(call, attempt, ATTEMPTS - 1));
        }
        return new Owner(token, (long) call * ATTEMPTS + attempt);
    }

    @Override
    public String toString() {
        return token + ":" + n;
    }
}
