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
    private static final List<String> FAMILIES = List.of("ob:%s", "tr:%s:1s", "tr:%s:5s", "feat:%s", "meta:%s");
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
    private final String symbol;
    private final String flag;
    private final String hold;
    private final List<String> live;
    private final List<String> staged;
    private final List<String> old;

    CutOverFixture(UnifiedJedis redis, int fields) {
        this.redis = redis;
        this.fields = fields;
        this.symbol = "BENCH%dUSDT".formatted(fields);
        this.flag = "reanchor:" + symbol;
        this.hold = "reanchor:hold:" + symbol;
        this.live = names("");
        this.staged = names("new:");
        this.old = names("old:");
        for (int i = 0; i < FAMILIES.size(); i++) {
            boolean receipt = i == FAMILIES.size() - 1;
            make(live.get(i), receipt ? liveReceipt() : liveHeader(i), receipt ? 40 : fields);
            make(staged.get(i), receipt ? Map.of("gen", "") : stagedHeader(i), receipt ? 40 : fields);
        }
    }

    int fields() {
        return fields;
    }

    /** Puts every key back; what a round left goes off the server's main thread. */
    void restore() {
        redis.unlink(Stream.of(live, staged, old).flatMap(List::stream).toArray(String[]::new));
        Stream.concat(live.stream(), staged.stream()).forEach(key -> redis.copy(template(key), key, true));
        redis.set(flag, TOKEN.value());
        staged.forEach(key -> redis.pexpire(key, OLD_TTL));
    }

    /** What a workflow would accept of it. */
    CutOverOrder order() {
        return new CutOverOrder(
                symbol,
                TOKEN,
                "reanchor-" + symbol,
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
                swap.rename(live.get(i), old.get(i));
            }
            staged.forEach(swap::persist);
            for (int i = 0; i < FAMILIES.size(); i++) {
                swap.rename(staged.get(i), live.get(i));
            }
            old.forEach(key -> swap.pexpire(key, OLD_TTL));
            swap.del(flag, hold);
            swap.publish(flag, "34");
            swap.exec();
        }
    }

    /** Frees all of it. */
    void drop() {
        Stream.of(live, staged, old).flatMap(List::stream).forEach(key -> redis.unlink(key, template(key)));
        redis.unlink(flag);
    }

    private StagedKey key(int family, long seq, @Nullable Long id) {
        return new StagedKey(staged.get(family), family == 3 ? TOKEN.value() : OWNER, seq, fields, id);
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

    private List<String> names(String mark) {
        return FAMILIES.stream().map(family -> family.formatted(mark + symbol)).toList();
    }
}
