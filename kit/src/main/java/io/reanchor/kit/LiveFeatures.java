package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;

/** Writes features that were computed from live book and bars, by {@code features.lua}. Immutable and thread-safe. */
public final class LiveFeatures {
    private static final Script SCRIPT = Script.named(LiveFeatures.class, "features");
    private static final int MAX = 3_000;

    private final List<String> keys;
    private final LiveJson json;

    /** What became of features. */
    public enum Written {
        /** They are live. */
        APPLIED,
        /** Another generation went live since they were computed: read and compute again. */
        GEN,
        /** They are of more than what is live: after a failover. Read and compute again. */
        AHEAD,
        /** What is there is of more. */
        STALE
    }

    public LiveFeatures(Names names) {
        keys = List.of(
                names.live(Family.FEATURES),
                names.live(Family.BOOK),
                names.live(Family.BARS_1S),
                names.live(Family.BARS_5S));
        json = LiveJson.of(names, List.of(Family.FEATURES));
    }

    /**
     * Replaces the live features, all of them.
     *
     * @param generation of the state they were computed from
     * @param asOfUpdateId of the book they were computed from
     * @param asOfTradeId of the bars they were computed from, or null when there was no trade
     * @param values by name, at least one
     * @throws IllegalArgumentException when there are none or too many, or a name is kept for the key's own bookkeeping
     * @throws redis.clients.jedis.exceptions.JedisException when Redis refuses, or isn't there: whether they were written is unknown, and
     *     writing them again does no harm
     */
    public Written write(
            Connection connection,
            String generation,
            long asOfUpdateId,
            @Nullable Long asOfTradeId,
            Map<String, String> values) {
        if (values.isEmpty() || values.size() > MAX) {
            throw new IllegalArgumentException(
                    "%s: %d features, expected 1 to %d".formatted(keys.get(0), values.size(), MAX));
        }
        for (String name : values.keySet()) {
            if (Fields.FEATURE_HEADER.contains(name)) {
                throw new IllegalArgumentException("%s: feature \"%s\": that name is kept for the key's own bookkeeping"
                        .formatted(keys.get(0), name));
            }
        }
        List<byte[]> arguments = new ArrayList<>(List.of(
                Replies.bytes(generation), Replies.bytes(asOfUpdateId), Replies.bytes(Fields.text(asOfTradeId))));
        Fields.addAll(new TreeMap<>(values), arguments);
        return Written.valueOf(Replies.text(
                Replies.list(json.after(connection, SCRIPT, keys, arguments)).get(0)));
    }
}
