package io.reanchor.demo.bench;

import io.reanchor.redis.CutOverOrder;
import io.reanchor.redis.Owner;
import io.reanchor.redis.Token;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.StagedKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.UnifiedJedis;

/** A symbol with so many fields in each of its hashes, live and staged: the same before every round. */
final class CutOverFixture {
    private static final String SYMBOL = "BENCHUSDT";
    private static final String FLAG = "reanchor:" + SYMBOL;
    private static final String HOLD = "reanchor:hold:" + SYMBOL;
    private static final List<String> FAMILIES = List.of("ob:%s", "tr:%s:1s", "tr:%s:5s", "feat:%s", "meta:%s");
    private static final List<String> LIVE = names("");
    private static final List<String> STAGED = names("new:");
    private static final List<String> OLD = names("old:");
    private static final Token TOKEN = Token.of("bench", 1);
    private static final String OWNER = Owner.of(TOKEN, 1, 1).toString();
    private static final String LIVE_GENERATION = "33-before.1";
    private static final int PAST_GENERATIONS = 32;
    private static final int CHUNK = 1000;
    private static final long LIVE_ID = 1000;
    private static final long STAGED_ID = 2000;
    private static final long OLD_TTL = 1_200_000;

    private final UnifiedJedis redis;
    private final int fields;

    CutOverFixture(UnifiedJedis redis, int fields) {
        this.redis = redis;
        this.fields = fields;
        for (int i = 0; i < FAMILIES.size(); i++) {
            boolean receipt = i == FAMILIES.size() - 1;
            make(LIVE.get(i), receipt ? liveReceipt() : liveHeader(i), receipt ? 40 : fields);
            make(STAGED.get(i), receipt ? Map.of("gen", "") : stagedHeader(i), receipt ? 40 : fields);
        }
    }

    /** Puts every key back; what a round left goes off the server's main thread. */
    void restore() {
        redis.unlink(Stream.of(LIVE, STAGED, OLD).flatMap(List::stream).toArray(String[]::new));
        Stream.concat(LIVE.stream(), STAGED.stream()).forEach(key -> redis.copy(template(key), key, true));
        redis.set(FLAG, TOKEN.value());
        STAGED.forEach(key -> redis.pexpire(key, OLD_TTL));
    }

    /** What a workflow would accept of it. */
    CutOverOrder order() {
        return new CutOverOrder(
                SYMBOL,
                TOKEN,
                "reanchor-" + SYMBOL,
                FeedGap.UNKNOWN,
                AcceptedState.of(
                        key(0, 1, STAGED_ID),
                        key(1, 1, STAGED_ID),
                        key(2, 1, STAGED_ID),
                        key(3, 1, null),
                        LIVE_GENERATION));
    }

    /** The least that could be called a cut-over: no receipt, no checks, nothing freed first. */
    void leastMulti() {
        try (AbstractTransaction swap = redis.multi()) {
            for (int i = 0; i < FAMILIES.size(); i++) {
                swap.rename(LIVE.get(i), OLD.get(i));
            }
            STAGED.forEach(swap::persist);
            for (int i = 0; i < FAMILIES.size(); i++) {
                swap.rename(STAGED.get(i), LIVE.get(i));
            }
            OLD.forEach(key -> swap.pexpire(key, OLD_TTL));
            swap.del(FLAG, HOLD);
            swap.publish(FLAG, "34");
            swap.exec();
        }
    }

    /** Frees all of it. */
    void drop() {
        Stream.of(LIVE, STAGED, OLD).flatMap(List::stream).forEach(key -> redis.unlink(key, template(key)));
        redis.unlink(FLAG);
    }

    private StagedKey key(int family, long seq, @Nullable Long id) {
        return new StagedKey(STAGED.get(family), family == 3 ? TOKEN.value() : OWNER, seq, fields, id);
    }

    private static Map<String, String> liveHeader(int family) {
        Map<String, String> header = new LinkedHashMap<>(Map.of("gen", LIVE_GENERATION));
        header.put(idField(family), Long.toString(LIVE_ID));
        return header;
    }

    private static Map<String, String> stagedHeader(int family) {
        Map<String, String> header = new LinkedHashMap<>(Map.of("gen", "", "seq", "1"));
        header.put("owner", family == 3 ? TOKEN.value() : OWNER);
        if (family < 3) {
            header.put(idField(family), Long.toString(STAGED_ID));
        } else {
            for (String of : List.of("ofBook", "ofBars1s", "ofBars5s")) {
                header.put(of, OWNER + "/1/" + STAGED_ID);
            }
        }
        return header;
    }

    /** As full as one gets. */
    private static Map<String, String> liveReceipt() {
        return Map.of(
                "gen",
                LIVE_GENERATION,
                "lastUpdateId",
                Long.toString(LIVE_ID),
                "lastTradeId",
                Long.toString(LIVE_ID),
                "at",
                "1700000000000",
                "previous",
                IntStream.rangeClosed(1, PAST_GENERATIONS)
                        .mapToObj(i -> "%d-0199d3a4-5f6a-7c1e-9d5e-3b0f2a%06d.1,%d,%d,1700000000000"
                                .formatted(33 - i, i, LIVE_ID - i, LIVE_ID - i))
                        .collect(Collectors.joining(" ")));
    }

    private static String idField(int family) {
        return family == 0 ? "lastUpdateId" : family < 3 ? "lastTradeId" : "asOfUpdateId";
    }

    /** The header, and levels up to the number of fields; the copies' original. */
    private void make(String key, Map<String, String> header, int size) {
        String template = template(key);
        redis.hset(template, header);
        Map<String, String> chunk = new LinkedHashMap<>();
        for (int i = header.size(); i < size; i++) {
            chunk.put("b:%d.%02d".formatted(60_000 + i / 100, i % 100), "0.%05d".formatted(i % 100_000));
            if (chunk.size() == CHUNK || i == size - 1) {
                redis.hset(template, chunk);
                chunk.clear();
            }
        }
    }

    private static String template(String key) {
        return "bench:" + key;
    }

    private static List<String> names(String mark) {
        return FAMILIES.stream().map(family -> family.formatted(mark + SYMBOL)).toList();
    }
}
