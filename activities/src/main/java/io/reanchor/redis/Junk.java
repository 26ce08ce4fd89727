package io.reanchor.redis;

import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of what can't be read. Staged state is ours, so it is refused whole; live state may be the very damage that a recovery
 * is to repair, so there it is left out and told. Not thread-safe.
 */
final class Junk {
    private static final int NAMED = 10;

    private final boolean leaveOut;
    private final List<String> first = new ArrayList<>();
    private long count;

    Junk(boolean leaveOut) {
        this.leaveOut = leaveOut;
    }

    /** @throws RedisStateException when it isn't to be left out */
    void found(String key, String field, String actual) {
        String what = "%s, field %s: found %s".formatted(key, OneLine.of(field), OneLine.of(actual));
        if (!leaveOut) {
            throw new RedisStateException(
                    FailureTypes.REDIS_REFUSED,
                    false,
                    "%s. Trying again doesn't help: something else writes to this key; look with HGET %s."
                            .formatted(what, key));
        }
        count++;
        if (first.size() < NAMED) {
            first.add(what);
        }
    }

    MarketView.LeftOut leftOut() {
        return new MarketView.LeftOut(count, List.copyOf(first));
    }
}
