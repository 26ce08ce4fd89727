package io.reanchor.activity;

import io.reanchor.market.FeatureVector;
import io.reanchor.redis.MarketView;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids that features are of are bookkeeping of their key: written by its script, from the keys they are made of. */
final class FeatureFields {
    private static final String UPDATE_ID = "asOfUpdateId";
    private static final String TRADE_ID = "asOfTradeId";

    private FeatureFields() {}

    /** All but the ids. */
    static Map<String, String> own(FeatureVector features) {
        Map<String, String> fields = new HashMap<>(features.toFields());
        fields.remove(UPDATE_ID);
        fields.remove(TRADE_ID);
        return fields;
    }

    /** What was read back, the ids included. */
    static Map<String, String> all(MarketView.Features read) {
        Map<String, String> fields = new HashMap<>(read.values());
        put(fields, UPDATE_ID, read.asOfUpdateId());
        put(fields, TRADE_ID, read.asOfTradeId());
        return fields;
    }

    private static void put(Map<String, String> fields, String name, @Nullable Long id) {
        if (id != null) {
            fields.put(name, id.toString());
        }
    }
}
