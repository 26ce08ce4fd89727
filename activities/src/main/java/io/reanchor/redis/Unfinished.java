package io.reanchor.redis;

import java.util.Map;

/**
 * What recoveries hold that go on, or were left behind.
 *
 * @param flags by symbol, what the flag holds: a token, or what somebody else wrote
 * @param stagedKeys how many staged keys there are
 */
public record Unfinished(Map<String, String> flags, int stagedKeys) {
    public Unfinished {
        flags = Map.copyOf(flags);
    }
}
