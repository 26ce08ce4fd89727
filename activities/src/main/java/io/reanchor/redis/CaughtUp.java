package io.reanchor.redis;

import java.util.List;
import java.util.stream.Stream;

/**
 * How a replay of the journals went.
 *
 * @param unreadable entries that couldn't be read, the first of each look, with key and entry; they count as not there
 * @param left what there was still to apply when the call's bound was reached; empty when it came to the journals' end
 */
public record CaughtUp(List<String> unreadable, List<String> left) {
    public CaughtUp {
        unreadable = List.copyOf(unreadable);
        left = List.copyOf(left);
    }

    /** All of it, for the operator. */
    public List<String> noticed() {
        return Stream.concat(
                        unreadable.stream().map(entry -> "couldn't be read, and was passed over: " + entry),
                        left.stream())
                .toList();
    }
}
