package io.reanchor.kit.wire;

import io.reanchor.market.Ids;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names of the fields that a key's own bookkeeping uses. */
public final class Fields {
    public static final String OWNER = "owner";
    public static final String SEQ = "seq";
    public static final String GEN = "gen";
    public static final String LAST_UPDATE_ID = "lastUpdateId";
    public static final String EVENT_TIME = "eventTime";
    public static final String LAST_TRADE_ID = "lastTradeId";
    public static final String SUSPECT_FROM = "suspectFrom";
    public static final String SUSPECT_AT = "suspectAt";
    public static final String AS_OF_UPDATE_ID = "asOfUpdateId";
    public static final String AS_OF_TRADE_ID = "asOfTradeId";
    public static final String OF_BOOK = "ofBook";
    public static final String OF_BARS_1S = "ofBars1s";
    public static final String OF_BARS_5S = "ofBars5s";
    public static final String BID = "b:";
    public static final String ASK = "a:";

    /** What may stand in a book or in bars beside levels and bars. */
    public static final Set<String> HEADER =
            Set.of(OWNER, SEQ, GEN, LAST_UPDATE_ID, EVENT_TIME, LAST_TRADE_ID, SUSPECT_FROM, SUSPECT_AT);

    /** What stands in features beside the features. */
    public static final Set<String> FEATURE_HEADER =
            Set.of(OWNER, SEQ, GEN, OF_BOOK, OF_BARS_1S, OF_BARS_5S, AS_OF_UPDATE_ID, AS_OF_TRADE_ID);

    private Fields() {}

    /** Whether it is an id, see {@link Ids#MAX}. */
    public static boolean isId(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return Long.parseLong(text) <= Ids.MAX;
    }

    /** Its text, empty for null. */
    public static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    /** Each field, then its value. */
    public static void addAll(Map<String, String> fields, List<byte[]> to) {
        fields.forEach((field, value) -> {
            to.add(Replies.bytes(field));
            to.add(Replies.bytes(value));
        });
    }
}
