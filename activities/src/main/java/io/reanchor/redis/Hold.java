package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.util.List;
import redis.clients.jedis.Connection;

/** For a symbol too busy for WATCH: writers that know it journal meanwhile, and don't apply. It ends by itself after a second. */
final class Hold {
    private static final Script HOLD = Script.named(Hold.class, "hold");
    private static final long LONGEST_MS = 1000;

    private final Connection connection;
    private final Names names;
    private final Token token;

    Hold(Connection connection, Names names, Token token) {
        this.connection = connection;
        this.names = names;
        this.token = token;
    }

    void set() {
        run(LONGEST_MS);
    }

    void release() {
        run(0);
    }

    private void run(long ttl) {
        HOLD.run(
                connection,
                List.of(names.flag(), names.hold()),
                List.of(Replies.bytes(token.value()), Replies.bytes(ttl)));
    }
}
