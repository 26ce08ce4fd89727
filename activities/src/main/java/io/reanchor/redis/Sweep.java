package io.reanchor.redis;

import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.util.List;

/** Frees replaced state whose retention is over. */
final class Sweep {
    private static final Script SWEEP = Script.named(Sweep.class, "sweep");

    private final RedisAccess redis;
    private final RedisSettings settings;
    private final KeyWalk walk;

    Sweep(RedisAccess redis, RedisSettings settings) {
        this.redis = redis;
        this.settings = settings;
        this.walk = new KeyWalk(redis);
    }

    /** @return the keys freed */
    List<String> run(Names names) {
        List<Object> freed = redis.with(
                names,
                "sweeping " + names.symbol(),
                connection -> Replies.list(SWEEP.run(
                        connection,
                        names.allOld(),
                        List.of(Replies.bytes(settings.lifetimes().backstop().toMillis())))));
        return freed.stream().map(Replies::text).toList();
    }

    /** The symbols of which replaced state is there. */
    List<String> symbols() {
        Keyspace keyspace = settings.keyspace();
        return List.copyOf(walk.symbols("looking for replaced state", keyspace.oldPattern(), keyspace::symbolOfOld));
    }
}
