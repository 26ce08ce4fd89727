package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The flag {@code reanchor:S}: "recovery in progress", and whose. Each look and its write are one script. */
final class Flag {
    private static final Script CLAIM = Script.named(Flag.class, "claim");
    private static final Script RENEW = Script.named(Flag.class, "renew");

    private final RedisAccess redis;

    Flag(RedisAccess redis) {
        this.redis = redis;
    }

    /**
     * Claims, claims again (the reply may have been lost), or takes over.
     *
     * @param from the value that the flag may be taken over from, or empty
     */
    Claim claim(Names names, Token token, Duration ttl, String from) {
        List<Object> reply = redis.with(
                names,
                "claiming " + names.flag(),
                connection -> Replies.list(HashKeys.run(
                        CLAIM,
                        connection,
                        List.of(names.flag(), names.live(Family.META)),
                        List.of(
                                Replies.bytes(token.value()),
                                Replies.bytes(Math.max(1, ttl.toMillis())),
                                Replies.bytes(from)))));
        return switch (Replies.text(reply.get(0))) {
            case "MINE" -> new Claim(true, null, Duration.ZERO);
            case "HELD" -> held(names, Replies.text(reply.get(1)), Replies.number(reply.get(2)));
            case "FOREIGN" -> throw foreign(names, "a " + Replies.text(reply.get(1)));
            default ->
                throw new RedisStateException(
                        FailureTypes.FENCED,
                        false,
                        "%s: %s was installed already, as generation %s: expected a new round. Trying again doesn't help."
                                .formatted(names.flag(), token, Replies.text(reply.get(1))));
        };
    }

    /** With the flag, what is staged under it. */
    void renew(Names names, Token token, Duration flagTtl, Duration stagedTtl) {
        List<String> keys = new ArrayList<>(List.of(names.flag()));
        keys.addAll(names.allStaged());
        List<byte[]> args = List.of(
                Replies.bytes(token.value()),
                Replies.bytes(Math.max(1, flagTtl.toMillis())),
                Replies.bytes(stagedTtl.toMillis()));
        Object reply = redis.with(names, "renewing " + names.flag(), connection -> RENEW.run(connection, keys, args));
        Fenced.check(reply, names, token, "");
    }

    private static Claim held(Names names, String value, long left) {
        Token holder = Token.parse(value).orElseThrow(() -> foreign(names, '"' + OneLine.of(value) + '"'));
        return new Claim(false, holder, Duration.ofMillis(Math.max(0, left)));
    }

    private static RedisStateException foreign(Names names, String actual) {
        return new RedisStateException(
                FailureTypes.FOREIGN_FLAG,
                false,
                "%s holds %s: expected nothing, or a token <runId>.<round>. No recovery wrote this, so none takes it away. Trying again doesn't help: find out who sets it, then DEL %s."
                        .formatted(names.flag(), actual, names.flag()));
    }
}
