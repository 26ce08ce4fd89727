package io.reanchor.kit;

import io.reanchor.kit.wire.Replies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a guard script wants to know of the caller: for live keys nothing but the time, for staged ones whose they are.
 *
 * @param key the hold of live keys, the flag of staged ones
 */
record Fence(String key, String token, String owner, String ttl, InstantSource clock) {
    static Fence live(Keyspace.Names names, InstantSource clock) {
        return new Fence(names.hold(), "", "", "", clock);
    }

    static Fence staged(Keyspace.Names names, String token, String owner, Duration ttl) {
        if (token.isEmpty() || owner.isEmpty() || ttl.toMillis() <= 0) {
            throw new IllegalArgumentException("%s: token \"%s\", owner \"%s\", TTL %s: expected all three"
                    .formatted(names.symbol(), token, owner, ttl));
        }
        return new Fence(names.flag(), token, owner, Long.toString(ttl.toMillis()), InstantSource.system());
    }

    List<byte[]> arguments() {
        return new ArrayList<>(
                List.of(Replies.bytes(token), Replies.bytes(owner), Replies.bytes(ttl), Replies.bytes(clock.millis())));
    }

    /** Null unless the script refused the caller. */
    static @Nullable Applied refusal(List<Object> reply) {
        String word = Replies.text(reply.get(0));
        if (!word.equals("FLAG") && !word.equals("OWNER")) {
            return null;
        }
        String found =
                reply.subList(1, reply.size()).stream().map(Replies::text).collect(Collectors.joining(" "));
        return new Applied(Verdict.FENCED, null, 0, word.toLowerCase(Locale.ROOT) + ": " + found);
    }

    static @Nullable Long id(Object reply) {
        String text = Replies.text(reply);
        return text.isEmpty() ? null : Long.valueOf(text);
    }
}
