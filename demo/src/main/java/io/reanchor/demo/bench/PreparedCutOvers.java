package io.reanchor.demo.bench;

import io.reanchor.redis.CutOverOrder;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.StagedKey;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;

/**
 * States that were staged before, one for each cut-over to come, kept under names of their own: to take one is a few renames, so that what
 * readers feel is the cut-over. A book of so many levels a side, 300 and 60 bars, 20 features.
 */
final class PreparedCutOvers implements AutoCloseable {
    static final String SYMBOL = "BENCHUSDT";
    /** Book, bars, bars, features. */
    static final List<String> READ =
            List.of("ob:" + SYMBOL, "tr:" + SYMBOL + ":1s", "tr:" + SYMBOL + ":5s", "feat:" + SYMBOL);

    private static final List<String> STAGED =
            READ.stream().map(key -> key.replace(SYMBOL, "new:" + SYMBOL)).toList();
    private static final String BAR =
            "{\"o\":\"61837.63\",\"h\":\"61840\",\"l\":\"61830.01\",\"c\":\"61838\",\"v\":\"1.5\"}";
    private static final long STEP = 1_000_000;

    private final Jedis redis;
    private final int levels;
    private final Deque<CutOverOrder> orders = new ArrayDeque<>();
    private String generation = "";
    private int made;
    private int done;

    PreparedCutOvers(URI server, int levels) {
        this.redis = new Jedis(server);
        this.levels = levels;
        redis.flushAll();
    }

    /** The first state becomes live, by itself. */
    void goLive() {
        generation = "1-" + Token.of("bench", 1);
        for (int i = 0; i < READ.size(); i++) {
            Map<String, String> fields = fields(i, 1, null);
            fields.put("gen", generation);
            redis.hset(READ.get(i), fields);
        }
        redis.hset("meta:" + SYMBOL, Map.of("gen", generation));
        made = 1;
    }

    /** Stages as many more, ahead of time. */
    void prepare(int count) {
        for (int i = 0; i < count; i++) {
            int n = ++made;
            Token token = Token.of("bench-%06d".formatted(n), 1);
            long[] sizes = new long[READ.size()];
            for (int family = 0; family < READ.size(); family++) {
                Map<String, String> fields = fields(family, n, token);
                redis.hset(stored(family, n), fields);
                sizes[family] = fields.size();
            }
            orders.add(order(n, token, sizes, generation));
            generation = n + "-" + token;
        }
    }

    /** Moves the next prepared state to where a recovery stages, and cuts over to it. */
    void cutOver(MarketState state) {
        CutOverOrder order = orders.remove();
        int n = done + 2;
        try (AbstractTransaction move = redis.multi()) {
            for (int i = 0; i < READ.size(); i++) {
                move.rename(stored(i, n), STAGED.get(i));
            }
            move.set("reanchor:" + SYMBOL, order.token().value());
            move.exec();
        }
        state.cutOver(order);
        done++;
    }

    int count() {
        return done;
    }

    private static String stored(int family, int n) {
        return "prepared:" + n + ":" + READ.get(family);
    }

    private Map<String, String> fields(int family, int n, @Nullable Token token) {
        Map<String, String> fields = new LinkedHashMap<>();
        String owner = token == null ? "" : Owner.of(token, 1, 1).toString();
        fields.put("gen", "");
        if (token != null) {
            fields.put("owner", family == 3 ? token.value() : owner);
            fields.put("seq", "1");
        }
        if (family < 3) {
            fields.put(family == 0 ? "lastUpdateId" : "lastTradeId", Long.toString(n * STEP));
        } else {
            fields.put("asOfUpdateId", Long.toString(n * STEP));
            for (String of : List.of("ofBook", "ofBars1s", "ofBars5s")) {
                fields.put(of, owner + "/1/" + n * STEP);
            }
        }
        int count = family == 0 ? 2 * levels : family == 1 ? 300 : family == 2 ? 60 : 20;
        for (int i = 0; i < count; i++) {
            switch (family) {
                case 0 ->
                    fields.put(
                            (i % 2 == 0 ? "b:6" : "a:7") + "%04d.%02d".formatted(i / 2 % 10_000, n % 100),
                            "0.%05d1".formatted((i + n) % 100_000));
                case 3 -> fields.put("feature" + i, "0.123456789");
                default -> fields.put(Long.toString(1_700_000_000_000L + i * (family == 1 ? 1000L : 5000L)), BAR);
            }
        }
        return fields;
    }

    private CutOverOrder order(int n, Token token, long[] sizes, String against) {
        String owner = Owner.of(token, 1, 1).toString();
        return new CutOverOrder(
                SYMBOL,
                token,
                "reanchor-" + SYMBOL,
                FeedGap.UNKNOWN,
                AcceptedState.of(
                        new StagedKey(STAGED.get(0), owner, 1, sizes[0], n * STEP),
                        new StagedKey(STAGED.get(1), owner, 1, sizes[1], n * STEP),
                        new StagedKey(STAGED.get(2), owner, 1, sizes[2], n * STEP),
                        new StagedKey(STAGED.get(3), token.value(), 1, sizes[3], null),
                        against));
    }

    @Override
    public void close() {
        redis.close();
    }
}
