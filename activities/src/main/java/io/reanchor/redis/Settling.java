package io.reanchor.redis;

import io.reanchor.redis.Keyspace.Family;
import io.reanchor.redis.Keyspace.Names;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Settlement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a round for good. Reading "not installed" proves nothing while an EXEC may be on its way; so the same script that looks also
 * takes away what that EXEC would need.
 */
final class Settling {
    private static final Script SETTLE = Script.named("settle");

    private final RedisAccess redis;

    Settling(RedisAccess redis) {
        this.redis = redis;
    }

    /**
     * @param against the generation that the round staged against, or null when it never came as far as a cut-over: only where one
     *     may have been installed can the receipt's list have lost it again
     */
    Settlement settle(Names names, Token token, @Nullable String against) {
        List<String> keys = new ArrayList<>(List.of(names.flag(), names.live(Family.META)));
        keys.addAll(names.allStaged());
        List<Object> reply = redis.with(
                names,
                "settling " + names.symbol(),
                connection -> Replies.list(SETTLE.run(connection, keys, List.of(Replies.bytes(token.value())))));
        if (Replies.text(reply.get(0)).equals("INSTALLED")) {
            return new Settlement(
                    Outcome.COMMITTED,
                    Receipt.find(Replies.map(reply, 1), token, true).orElse(null),
                    List.of());
        }
        List<String> undone = reply.stream().skip(3).map(Replies::text).toList();
        boolean outOfReach = against != null
                && Replies.number(reply.get(2)) >= Receipt.LISTED
                && oldest(reply) > Generation.number(names.live(Family.META), against) + 1;
        return new Settlement(outOfReach ? Outcome.SUPERSEDED : Outcome.ROLLED_BACK, null, undone);
    }

    private static long oldest(List<Object> reply) {
        String n = Replies.text(reply.get(1));
        return n.isEmpty() ? 0 : Long.parseLong(n);
    }
}
