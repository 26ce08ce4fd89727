package io.reanchor.testkit;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevel;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.testkit.TrueBook.Side;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A market made up from a seed: orders come and go near the best prices, takers eat into them, some seconds are busy and some
 * have no trade at all. It lives in slots of 10 ms, so the same seed gives the same market whatever the steps are. Prices have
 * two decimals, quantities five. Depth updates batch 100 ms; a snapshot may fall in the middle of one, as on the real exchange.
 */
public final class SyntheticMarket extends SimulatedMarket {
    private static final int SLOT_MS = 10;
    private static final int UPDATE_MS = 100;
    private static final int PRICE_SCALE = 2;
    private static final int LOT_SCALE = 5;
    private static final int MOST_LEVELS_OF_A_SWEEP = 5;
    private static final double BUSY_SECONDS = 0.02;
    private static final int BUSY_FACTOR = 15;

    private final Random random;
    private final Shape shape;
    private final Map<Side, Set<Long>> changed = Map.of(Side.BID, new TreeSet<>(), Side.ASK, new TreeSet<>());
    private long flushedId;
    private long nextTradeId;
    private long nextAggregateId;
    private long nextSlot;
    private double rate = 1;
    private @Nullable PriceLevel tickerBid;
    private @Nullable PriceLevel tickerAsk;

    /**
     * How lively a market is.
     *
     * @param levels about how many a side
     * @param changesPerSecond of levels, on a normal second
     * @param ordersPerSecond of takers, on a normal second; each makes one aggregate trade or more
     * @param quietSeconds share of seconds without a trade
     */
    public record Shape(int levels, int changesPerSecond, int ordersPerSecond, double quietSeconds) {
        /** Like BTCUSDT on a normal day. */
        public static final Shape NORMAL = new Shape(1000, 360, 12, 0.1);

        public Shape {
            if (levels < 10 || changesPerSecond < 0 || ordersPerSecond < 0 || quietSeconds < 0 || quietSeconds > 1) {
                throw new IllegalArgumentException(
                        "levels %d, changes %d, orders %d, quiet %s: expected 10 levels or more, nothing negative, a share"
                                .formatted(levels, changesPerSecond, ordersPerSecond, quietSeconds));
            }
        }
    }

    /** @param start the exchange's clock at the beginning: shift it to give the exchange a clock that is off */
    public SyntheticMarket(long seed, String symbol, BigDecimal startPrice, Instant start) {
        this(seed, symbol, startPrice, start, Shape.NORMAL);
    }

    public SyntheticMarket(long seed, String symbol, BigDecimal startPrice, Instant start, Shape shape) {
        super(symbol, start, opening(new Random(seed), startPrice, shape.levels()));
        this.random = new Random(~seed);
        this.shape = shape;
        this.flushedId = book.id();
        this.nextTradeId = 1_000_000 + random.nextInt(1_000_000);
        this.nextAggregateId = 100_000 + random.nextInt(100_000);
        this.nextSlot = millis() - Math.floorMod(millis(), SLOT_MS) + SLOT_MS;
    }

    private static DepthSnapshot opening(Random random, BigDecimal startPrice, int levels) {
        long middle = startPrice.movePointRight(PRICE_SCALE).longValueExact();
        return new DepthSnapshot(
                5_000_000 + random.nextInt(1_000_000),
                opening(random, middle, -1, levels),
                opening(random, middle + 1, 1, levels));
    }

    private static PriceLevels opening(Random random, long best, int direction, int levels) {
        PriceLevels.Builder side = new PriceLevels.Builder();
        long tick = best;
        for (int i = 0; i < levels; i++) {
            side.add(price(tick), lots(size(random)));
            tick += (long) direction * gap(random);
        }
        return side.build();
    }

    private static int gap(Random random) {
        return 1 + (int) (-StrictMath.log(1 - random.nextDouble()) * 8);
    }

    private static long size(Random random) {
        return 1 + (long) (-StrictMath.log(1 - random.nextDouble()) * 40_000);
    }

    private static long price(long ticks) {
        return PackedDecimal.of(BigDecimal.valueOf(ticks, PRICE_SCALE));
    }

    private static long ticks(long price) {
        return PackedDecimal.toBigDecimal(price).movePointRight(PRICE_SCALE).longValueExact();
    }

    private static long lots(long count) {
        return PackedDecimal.of(BigDecimal.valueOf(count, LOT_SCALE));
    }

    private static long count(long lots) {
        return PackedDecimal.toBigDecimal(lots).movePointRight(LOT_SCALE).longValueExact();
    }

    @Override
    void advance(long until) {
        for (; nextSlot <= until; nextSlot += SLOT_MS) {
            setNow(nextSlot);
            if (nextSlot % 1000 == 0) {
                double mood = random.nextDouble();
                rate = mood < shape.quietSeconds() ? 0 : mood > 1 - BUSY_SECONDS ? BUSY_FACTOR : 1;
            }
            for (int i = times(shape.changesPerSecond() * Math.max(rate, 0.2)); i > 0; i--) {
                change();
            }
            for (int i = times(shape.ordersPerSecond() * rate); i > 0; i--) {
                order();
            }
            ticker();
            if (nextSlot % UPDATE_MS == 0) {
                flush();
            }
            setNow(nextSlot);
        }
    }

    /** How many of so many a second fall into this slot. */
    private int times(double perSecond) {
        double mean = perSecond * SLOT_MS / 1000;
        int times = (int) (random.nextDouble() * 2 * mean);
        return random.nextDouble() < mean - StrictMath.floor(mean) ? times + 1 : times;
    }

    /** Somebody places, changes or takes back an order. */
    private void change() {
        Side side = random.nextBoolean() ? Side.BID : Side.ASK;
        NavigableMap<Long, Long> levels = book.side(side);
        int inwards = side == Side.BID ? 1 : -1;
        long best = ticks(levels.firstKey());
        long opposite = ticks(book.side(side.other()).firstKey());
        long away = random.nextInt(4) == 0
                ? random.nextInt(6) - 1
                : (long) (-StrictMath.log(1 - random.nextDouble()) * shape.levels() * 2);
        long tick = best - inwards * away;
        if (inwards * (opposite - tick) < 1 || tick < 1) {
            tick = best;
        }
        boolean there = levels.containsKey(price(tick));
        if (there && levels.size() > shape.levels() * 9 / 10 && random.nextInt(100) < 45) {
            set(side, tick, 0);
        } else if (there || levels.size() < shape.levels() * 11 / 10) {
            set(side, tick, size(random));
        } else {
            set(side, ticks(levels.lastKey()), 0);
        }
    }

    private void set(Side side, long tick, long count) {
        // Some update ids change nothing that can be seen, as on the real exchange.
        long id = book.id() + 1 + (random.nextInt(10) == 0 ? random.nextInt(3) : 0);
        book.set(id, side, price(tick), lots(count));
        changedOn(side).add(price(tick));
    }

    /** Somebody takes: each level it eats from is one aggregate trade of one raw trade a maker. */
    private void order() {
        Side side = random.nextBoolean() ? Side.BID : Side.ASK;
        long left = 1 + (long) (-StrictMath.log(1 - random.nextDouble()) * (random.nextInt(20) == 0 ? 60_000 : 3_000));
        NavigableMap<Long, Long> levels = book.side(side);
        for (int i = 0; i < MOST_LEVELS_OF_A_SWEEP && left > 0 && levels.size() > shape.levels() / 2; i++) {
            Map.Entry<Long, Long> best = levels.firstEntry();
            long there = count(best.getValue());
            long taken = Math.min(left, there);
            trade(best.getKey(), taken, side == Side.BID);
            set(side, ticks(best.getKey()), there - taken);
            left -= taken;
        }
    }

    private void trade(long price, long lots, boolean buyerIsMaker) {
        long first = nextTradeId;
        BigDecimal exact = PackedDecimal.toBigDecimal(price);
        for (long left = lots; left > 0; ) {
            long part = random.nextInt(3) == 0 ? Math.min(left, 1 + random.nextInt(2_000)) : left;
            Trade raw = new Trade(
                    nextTradeId, nextTradeId, exact, BigDecimal.valueOf(part, LOT_SCALE), millis(), buyerIsMaker);
            trades.add(raw);
            emit(new MarketEvent.Print(raw));
            nextTradeId++;
            left -= part;
        }
        trades.add(new Aggregate(
                nextAggregateId++,
                new Trade(first, nextTradeId - 1, exact, BigDecimal.valueOf(lots, LOT_SCALE), millis(), buyerIsMaker)));
    }

    private void ticker() {
        PriceLevel bid = level(book.side(Side.BID).firstEntry());
        PriceLevel ask = level(book.side(Side.ASK).firstEntry());
        if (!bid.equals(tickerBid) || !ask.equals(tickerAsk)) {
            tickerBid = bid;
            tickerAsk = ask;
            emit(new MarketEvent.Ticker(book.id(), bid, ask));
        }
    }

    private static PriceLevel level(Map.Entry<Long, Long> level) {
        return new PriceLevel(PackedDecimal.toBigDecimal(level.getKey()), PackedDecimal.toBigDecimal(level.getValue()));
    }

    private Set<Long> changedOn(Side side) {
        return Objects.requireNonNull(changed.get(side));
    }

    private void flush() {
        if (changedOn(Side.BID).isEmpty() && changedOn(Side.ASK).isEmpty()) {
            return;
        }
        long first = flushedId + 1;
        flushedId = book.id();
        emit(new MarketEvent.Depth(new DepthUpdate(first, flushedId, millis(), flush(Side.BID), flush(Side.ASK))));
    }

    private PriceLevels flush(Side side) {
        PriceLevels.Builder levels = new PriceLevels.Builder();
        changedOn(side).forEach(price -> levels.add(price, book.side(side).getOrDefault(price, 0L)));
        changedOn(side).clear();
        return levels.build();
    }
}
