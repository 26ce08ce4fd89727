package io.reanchor.kit;

import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** The newest bars of one key, as last read or written, and what trades make of them. Not thread-safe. */
final class BarSeries {
    private static final int KEPT = 64;
    private static final int MAX_DROPPED = 5_000;
    private static final int SWEPT_AGAIN = 16;
    private static final String STEP = "1000";
    private static final byte[] NONE = {};

    private final String key;
    private final long length;
    private final @Nullable Long retention;
    private final NavigableMap<Long, Bar> bars = new TreeMap<>();
    private String id = "";
    private boolean isSwept;

    /** A bar as it stands in Redis; null when that can't be read. */
    private record Bar(byte[] text, @Nullable TradeBar bar) {
        static Bar of(byte[] text) {
            try {
                return new Bar(text, BarJson.read(text));
            } catch (IllegalArgumentException e) {
                return new Bar(text, null); // what is added to it starts anew, and stays partial
            }
        }
    }

    /** What trades make of the key: fields with what was there and what becomes of it. */
    record Changes(List<byte[]> arguments, NavigableMap<Long, TradeBar> becoming) {
        int count() {
            return arguments.size() / 3;
        }
    }

    /** @param retention how far back from the newest bar bars are kept, in ms; null to keep all */
    BarSeries(String key, long length, @Nullable Long retention) {
        this.key = key;
        this.length = length;
        this.retention = retention;
    }

    String key() {
        return key;
    }

    /** As read, empty when there is none. */
    String id() {
        return id;
    }

    /** Reads the id, the buckets of these trades, and the newest before them. */
    void read(Connection connection, List<Trade> trades) {
        isSwept = false;
        SortedSet<Long> buckets = new TreeSet<>();
        trades.forEach(trade -> buckets.add(TradeBars.bucket(trade.time(), length)));
        long first = buckets.first();
        for (int i = 1; i < KEPT; i++) {
            buckets.add(first - i * length);
        }
        List<String> arguments = new ArrayList<>(List.of(key, Fields.LAST_TRADE_ID));
        buckets.forEach(bucket -> arguments.add(Long.toString(bucket)));
        connection.sendCommand(Command.HMGET, arguments.toArray(String[]::new));
        List<Object> reply = Replies.list(connection.getOne());
        id = Fields.text(Replies.textOrNull(reply.get(0)));
        bars.clear();
        int at = 1;
        for (long bucket : buckets) {
            if (reply.get(at++) instanceof byte[] text) {
                bars.put(bucket, Bar.of(text));
            }
        }
        if (!id.isEmpty() && bars.values().stream().noneMatch(this::isLast)) {
            scan(connection); // quiet for long: the bar to go on from lies further back
        }
    }

    private boolean isLast(Bar bar) {
        return bar.bar() != null && Long.toString(bar.bar().lastTradeId()).equals(id);
    }

    private void scan(Connection connection) {
        String cursor = "0";
        do {
            connection.sendCommand(Command.HSCAN, key, cursor, "COUNT", STEP);
            List<Object> step = Replies.list(connection.getOne());
            List<Object> flat = Replies.list(step.get(1));
            for (int i = 0; i < flat.size(); i += 2) {
                String field = Replies.text(flat.get(i));
                if (Fields.isId(field)) {
                    bars.putIfAbsent(Long.valueOf(field), Bar.of((byte[]) flat.get(i + 1)));
                    forget();
                }
            }
            cursor = Replies.text(step.get(0));
        } while (!cursor.equals("0"));
    }

    private void forget() {
        while (bars.size() > 2 * KEPT) {
            bars.pollFirstEntry();
        }
    }

    /** What those of the trades make of the bars that the key doesn't have yet. */
    Changes changes(List<Trade> trades) {
        NavigableMap<Long, TradeBar> now = new TreeMap<>();
        bars.forEach((start, bar) -> {
            if (bar.bar() != null) {
                now.put(start, bar.bar());
            }
        });
        NavigableMap<Long, TradeBar> becoming = new TreeMap<>();
        SortedSet<Long> looked = new TreeSet<>();
        for (Trade trade : trades) {
            if (!id.isEmpty() && trade.lastTradeId() > Long.parseLong(id)) {
                add(trade, now, becoming, looked);
            }
        }
        List<byte[]> arguments = new ArrayList<>();
        becoming.forEach((start, bar) -> change(arguments, start, BarJson.write(bar)));
        looked.stream().filter(start -> !becoming.containsKey(start)).forEach(start -> change(arguments, start, null));
        if (!becoming.isEmpty()) {
            drop(becoming.lastKey(), arguments);
        }
        return new Changes(arguments, becoming);
    }

    /** @param becomes null to only make sure that the bar is as it was read */
    private void change(List<byte[]> arguments, long start, byte @Nullable [] becomes) {
        Bar is = bars.get(start);
        byte[] was = is == null ? NONE : is.text();
        arguments.add(Replies.bytes(start));
        arguments.add(was);
        arguments.add(becomes == null ? was : becomes);
    }

    private void drop(long newest, List<byte[]> arguments) {
        if (retention == null || bars.isEmpty() || newest <= bars.lastKey()) {
            return;
        }
        long to = TradeBars.bucket(newest - retention, length);
        // A cut-over brings back what was dropped while it was staged, and isn't noticed when the newest bars are as
        // they were.
        long back = (isSwept ? SWEPT_AGAIN : KEPT) * length;
        long from = Math.max(TradeBars.bucket(bars.lastKey() - retention, length) - back, to - MAX_DROPPED * length)
                + length;
        isSwept = true;
        for (long start = Math.max(0, from); start <= to; start += length) {
            arguments.add(Replies.bytes(start));
            arguments.add(NONE);
            arguments.add(NONE);
        }
    }

    /** The trade's own bar, open as long as no later trade is known; and the one before it, which this trade may complete. */
    private void add(
            Trade trade,
            NavigableMap<Long, TradeBar> now,
            NavigableMap<Long, TradeBar> becoming,
            SortedSet<Long> looked) {
        long start = TradeBars.bucket(trade.time(), length);
        TradeBar alone = of(trade, start);
        TradeBar open = now.get(start);
        put(
                open == null ? alone : TradeBars.sum(List.of(open, alone), start, length, /* partial= */ true),
                now,
                becoming);
        Map.Entry<Long, TradeBar> before = open == null ? now.lowerEntry(start) : null;
        if (before == null || !before.getValue().partial()) {
            return;
        }
        Map.Entry<Long, TradeBar> anchor = now.lowerEntry(before.getKey());
        if (anchor != null && isWhole(before.getValue(), anchor.getValue(), trade)) {
            put(TradeBars.sum(List.of(before.getValue()), before.getKey(), length, false), now, becoming);
            looked.add(anchor.getKey());
        }
    }

    private static void put(TradeBar bar, NavigableMap<Long, TradeBar> now, NavigableMap<Long, TradeBar> becoming) {
        now.put(bar.openTime(), bar);
        becoming.put(bar.openTime(), bar);
    }

    /** Its trade ids have no hole, follow those of the bar before it, and are followed by the trade in hand. */
    private static boolean isWhole(TradeBar bar, TradeBar before, Trade next) {
        return bar.trades() == bar.lastTradeId() - bar.firstTradeId() + 1
                && before.lastTradeId() + 1 == bar.firstTradeId()
                && bar.lastTradeId() + 1 == next.firstTradeId();
    }

    /** What was written is what is there. */
    void written(Changes changes, String newId) {
        id = newId;
        changes.becoming().forEach((start, bar) -> bars.put(start, new Bar(BarJson.write(bar), bar)));
        forget();
    }

    private TradeBar of(Trade trade, long start) {
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
                1,
                bought ? trade.quantity() : BigDecimal.ZERO,
                bought ? quote : BigDecimal.ZERO,
                trade.price(),
                trade.firstTradeId(),
                trade.lastTradeId(),
                true);
    }
}
