package io.reanchor.demo;

import io.reanchor.kit.BarJson;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * The writer's way to the two live bar keys: it adds a trade to the bars it has read, and its script writes them only while the
 * keys are still those. Not thread-safe.
 */
final class LiveBars {
    private final Script script = Script.named("trade");
    private final Jedis redis;
    private final DemoKeys keys;
    private final NavigableMap<Long, TradeBar> ones = new TreeMap<>();
    private final NavigableMap<Long, TradeBar> fives = new TreeMap<>();
    private @Nullable String gen;
    private @Nullable Long lastTradeId;

    LiveBars(Jedis redis, DemoKeys keys) {
        this.redis = redis;
        this.keys = keys;
    }

    /** The last trade id that the live bars had when they were last looked at. */
    @Nullable
    Long lastTradeId() {
        return lastTradeId;
    }

    Verdict apply(Trade trade) {
        Verdict judged = judge(trade);
        if (judged == Verdict.GAP || judged == Verdict.ABSENT) {
            read(); // a cut-over may have moved the keys on
            judged = judge(trade);
        }
        while (judged == Verdict.APPLIED) {
            String said = write(trade);
            if (said.equals("HELD")) {
                return Verdict.HELD;
            }
            if (said.equals("APPLIED")) {
                return Verdict.APPLIED;
            }
            read();
            judged = judge(trade);
        }
        return judged == Verdict.STALE || !redis.exists(keys.flag()) ? judged : Verdict.HELD;
    }

    private Verdict judge(Trade trade) {
        if (lastTradeId == null) {
            return Verdict.ABSENT;
        }
        if (trade.lastTradeId() <= lastTradeId) {
            return Verdict.STALE;
        }
        return trade.firstTradeId() == lastTradeId + 1 ? Verdict.APPLIED : Verdict.GAP;
    }

    private void read() {
        var transaction = redis.multi();
        var first = transaction.hgetAll(keys.bars1s());
        var second = transaction.hgetAll(keys.bars5s());
        transaction.exec();
        Map<String, String> fields = first.get();
        gen = fields.get("gen");
        String id = fields.get("lastTradeId");
        lastTradeId = id == null ? null : Long.valueOf(id);
        fill(ones, fields);
        fill(fives, second.get());
    }

    private static void fill(NavigableMap<Long, TradeBar> bars, Map<String, String> fields) {
        bars.clear();
        fields.forEach((field, value) -> {
            if (Character.isDigit(field.charAt(0))) {
                bars.put(Long.valueOf(field), BarJson.read(value.getBytes(StandardCharsets.UTF_8)));
            }
        });
    }

    private String write(Trade trade) {
        SortedMap<Long, TradeBar> changedOnes = changed(ones, trade, TradeBars.SECOND);
        SortedMap<Long, TradeBar> changedFives = changed(fives, trade, TradeBars.FIVE_SECONDS);
        List<String> arguments = new ArrayList<>(List.of(
                Objects.requireNonNullElse(gen, ""),
                String.valueOf(lastTradeId),
                Long.toString(trade.lastTradeId()),
                Integer.toString(changedOnes.size())));
        add(changedOnes, arguments);
        add(changedFives, arguments);
        String said = (String) script.run(redis, List.of(keys.bars1s(), keys.bars5s(), keys.flag()), arguments);
        if (said.equals("APPLIED")) {
            ones.putAll(changedOnes);
            fives.putAll(changedFives);
            lastTradeId = trade.lastTradeId();
        }
        return said;
    }

    private static void add(SortedMap<Long, TradeBar> bars, List<String> arguments) {
        bars.forEach((start, bar) -> {
            arguments.add(Long.toString(start));
            arguments.add(new String(BarJson.write(bar), StandardCharsets.UTF_8));
        });
    }

    /** The trade's own bar, open as long as no later trade is known; and the one before it, which this trade may complete. */
    private static SortedMap<Long, TradeBar> changed(NavigableMap<Long, TradeBar> bars, Trade trade, long length) {
        SortedMap<Long, TradeBar> changed = new TreeMap<>();
        long start = TradeBars.bucket(trade.time(), length);
        TradeBar alone = of(trade, start, length);
        TradeBar open = bars.get(start);
        changed.put(
                start, open == null ? alone : TradeBars.sum(List.of(open, alone), start, length, /* partial= */ true));
        Map.Entry<Long, TradeBar> before = bars.lowerEntry(start);
        if (open == null && before != null && before.getValue().partial() && isWhole(before.getValue(), bars)) {
            changed.put(before.getKey(), TradeBars.sum(List.of(before.getValue()), before.getKey(), length, false));
        }
        return changed;
    }

    /** Its trade ids have no hole and follow those of the bar before it; the trade in hand follows them. */
    private static boolean isWhole(TradeBar bar, NavigableMap<Long, TradeBar> bars) {
        Map.Entry<Long, TradeBar> before = bars.lowerEntry(bar.openTime());
        return bar.trades() == bar.lastTradeId() - bar.firstTradeId() + 1
                && before != null
                && before.getValue().lastTradeId() + 1 == bar.firstTradeId();
    }

    private static TradeBar of(Trade trade, long start, long length) {
        BigDecimal quote = trade.price().multiply(trade.quantity());
        boolean bought = !trade.buyerIsMaker();
        return new TradeBar(
                start,
                start + length - 1,
                trade.price(),
                trade.price(),
                trade.price(),
                trade.price(),
                trade.quantity(),
                quote,
                trade.count(),
                bought ? trade.quantity() : BigDecimal.ZERO,
                bought ? quote : BigDecimal.ZERO,
                trade.price(),
                trade.firstTradeId(),
                trade.lastTradeId(),
                true);
    }
}
