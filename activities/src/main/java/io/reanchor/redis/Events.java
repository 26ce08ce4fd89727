package io.reanchor.redis;

import io.reanchor.kit.CutOverEvents;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.workflow.SwapReceipt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The stream that tells of every cut-over, of all symbols. It can't share a symbol's slot, so it is written after the transaction, from the
 * receipt, by whoever has it in hand: a generation that stands there is not told again.
 */
final class Events {
    static final String KEY = CutOverEvents.KEY;
    private static final Script EVENT = Script.named(Events.class, "event");
    private static final int LOOKED_AT = 200;
    private static final int KEPT = 10_000;

    private final RedisAccess redis;

    Events(RedisAccess redis) {
        this.redis = redis;
    }

    void tell(Names names, SwapReceipt receipt) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("symbol", names.symbol());
        fields.put("replaced", receipt.replaced());
        fields.put("lastUpdateId", Long.toString(receipt.lastUpdateId()));
        fields.put("lastTradeId", Fields.text(receipt.lastTradeId()));
        fields.put("at", Long.toString(receipt.at().toEpochMilli()));
        List<byte[]> args = new ArrayList<>(
                List.of(Replies.bytes(receipt.generation()), Replies.bytes(LOOKED_AT), Replies.bytes(KEPT)));
        Fields.addAll(fields, args);
        redis.withKey(KEY, "writing to " + KEY, connection -> EVENT.run(connection, List.of(KEY), args));
    }
}
