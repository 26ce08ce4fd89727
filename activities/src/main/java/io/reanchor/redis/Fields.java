package io.reanchor.redis;

import io.reanchor.workflow.StagedKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names of the fields that a key's own bookkeeping uses. */
final class Fields {
    static final String OWNER = "owner";
    static final String SEQ = "seq";
    static final String GEN = "gen";
    static final String LAST_UPDATE_ID = "lastUpdateId";
    static final String EVENT_TIME = "eventTime";
    static final String LAST_TRADE_ID = "lastTradeId";
    static final String SUSPECT_FROM = "suspectFrom";
    static final String SUSPECT_AT = "suspectAt";
    static final String AS_OF_UPDATE_ID = "asOfUpdateId";
    static final String AS_OF_TRADE_ID = "asOfTradeId";
    static final String OF_BOOK = "ofBook";
    static final String OF_BARS_1S = "ofBars1s";
    static final String OF_BARS_5S = "ofBars5s";
    static final String BID = "b:";
    static final String ASK = "a:";

    /** What may stand in a book or in bars beside levels and bars. */
    static final Set<String> HEADER =
            Set.of(OWNER, SEQ, GEN, LAST_UPDATE_ID, EVENT_TIME, LAST_TRADE_ID, SUSPECT_FROM, SUSPECT_AT);

    /** What stands in features beside the features. */
    static final Set<String> FEATURE_HEADER =
            Set.of(OWNER, SEQ, GEN, OF_BOOK, OF_BARS_1S, OF_BARS_5S, AS_OF_UPDATE_ID, AS_OF_TRADE_ID);

    private Fields() {}

    /** Names exactly one content of a staged key. */
    static String reference(StagedKey key) {
        return key.owner() + "/" + key.seq() + "/" + text(key.id());
    }

    /** Whether it is an id: a whole number that a long holds. */
    static boolean isId(String text) {
        return text.matches("[0-9]{1,18}");
    }

    static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    static void addAll(Map<String, String> fields, List<byte[]> to) {
        fields.forEach((field, value) -> {
            to.add(Replies.bytes(field));
            to.add(Replies.bytes(value));
        });
    }
}
