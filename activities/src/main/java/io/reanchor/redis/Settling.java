package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Replication;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;

/**
 * Ends a round for good. Reading "not installed" proves nothing while an EXEC may be on its way; so the same script that looks also
 * takes away what that EXEC would need.
 */
final class Settling {
    private static final Script SETTLE = Script.named(Settling.class, "settle");

    private final RedisAccess redis;
    private final ReplicaWait replicas;

    Settling(RedisAccess redis, RedisSettings settings, Clock clock) {
        this.redis = redis;
        this.replicas = new ReplicaWait(settings, clock);
    }

    /**
     * @param against the generation that the round staged against, or null when it never came as far as a cut-over: only where one
     *     may have been installed can the receipt's list have lost it again
     * @param keepStaged whether what is staged may stay: nobody can cut it over without the flag
     */
    Settlement settle(Names names, Token token, @Nullable String against, boolean keepStaged) {
        return redis.with(
                names,
                "settling " + names.symbol(),
                connection -> settle(connection, names, token, against, keepStaged));
    }

    private Settlement settle(
            Connection connection, Names names, Token token, @Nullable String against, boolean keepStaged) {
        List<String> keys = new ArrayList<>(List.of(names.flag(), names.live(Family.META), names.hold()));
        if (!keepStaged) {
            keys.addAll(names.allStaged());
        }
        List<Object> reply = Replies.list(SETTLE.run(connection, keys, List.of(Replies.bytes(token.value()))));
        // Also when it dropped something: an earlier call, whose reply was lost, may have dropped the rest.
        Replication replication = replicas.afterLook(connection, names, token);
        if (Replies.text(reply.get(0)).equals("INSTALLED")) {
            SwapReceipt receipt = Receipt.find(Replies.map(reply, 1), token, true)
                    .orElseThrow(() -> new IllegalStateException("a receipt that the script found isn't there"))
                    .with(replication);
            return new Settlement(Outcome.COMMITTED, receipt, List.of(), replication);
        }
        List<String> undone = reply.stream().skip(3).map(Replies::text).toList();
        boolean outOfReach = against != null
                && Replies.number(reply.get(2)) >= Receipt.LISTED
                && oldest(reply) > Generation.number(names.live(Family.META), against) + 1;
        return new Settlement(outOfReach ? Outcome.SUPERSEDED : Outcome.ROLLED_BACK, null, undone, replication);
    }

    private static long oldest(List<Object> reply) {
        String n = Replies.text(reply.get(1));
        return n.isEmpty() ? 0 : Long.parseLong(n);
    }
}
