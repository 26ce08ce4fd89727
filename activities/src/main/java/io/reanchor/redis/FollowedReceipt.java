package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.SwapReceipt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds to the live receipt what is known only after the transaction; nothing that a fence compares. */
final class FollowedReceipt {
    private static final Script FOLLOWED = Script.named(FollowedReceipt.class, "followed");

    private final RedisAccess redis;

    FollowedReceipt(RedisAccess redis) {
        this.redis = redis;
    }

    void add(Names names, SwapReceipt receipt) {
        Followed followed = receipt.followed();
        if (followed == null) {
            return;
        }
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("followedUpdateId", Fields.text(followed.lastUpdateId()));
        fields.put("followedTradeId", Fields.text(followed.lastTradeId()));
        if (followed.behindMs() != null) {
            fields.put("behindMs", followed.behindMs().toString());
        }
        List<byte[]> args = new ArrayList<>(List.of(Replies.bytes(receipt.generation())));
        Fields.addAll(fields, args);
        redis.with(
                names,
                "adding to the receipt of " + names.symbol(),
                connection -> FOLLOWED.run(connection, List.of(names.live(Family.META)), args));
    }
}
