package io.reanchor.market.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.Books;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.FeatureVector;
import io.reanchor.market.Kline;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.market.TradeBars;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private static final long T0 = 1_723_161_255_000L;
    private static final PriceLevels BIDS = Books.levels("100", "3", "99", "1", "98", "2");
    private static final PriceLevels ASKS = Books.levels("101", "1", "102", "1", "103", "4");

    /** Ids 1..8, an empty second, the last bar still open. */
    private static final List<Trade> TRADES = List.of(
            trade(1, 2, "100.5", T0),
            trade(3, 3, "100.7", T0 + 400),
            trade(4, 4, "100.6", T0 + 3_000),
            trade(5, 7, "100.4", T0 + 5_100),
            trade(8, 8, "100.5", T0 + 6_000));

    private final OrderBook book = book(50, BIDS, ASKS);
    private final TradeBars bars = TradeBars.rebuild(T0, TRADES, List.of(), 0);

    @Test
    void anHonestStatePassesAllThirteen() {
        List<CheckResult> results = Checks.run(good(book, bars).build(), CheckSettings.defaults());
        assertThat(results).hasSize(13).allMatch(CheckResult::blocking).allSatisfy(r -> {
            assertThat(r.passed()).as("%s", r).isTrue();
            assertThat(r.actual()).startsWith("BTCUSDT: ");
            assertThat(r.expected()).isNotBlank();
        });
    }

    @Test
    void anHonestFirstRecoveryOfAQuietMarketPasses() {
        TradeBars none = TradeBars.rebuild(T0, List.of(), List.of(), 0);
        OrderBook thin = book(50, Books.levels("100", "1"), Books.levels("140", "1"));
        List<CheckResult> results = Checks.run(
                good(thin, none)
                        .live(null, null, null)
                        .gap(null, null)
                        .klines(List.of(kline(bars.oneSecond().firstEntry().getValue(), T0, 0)))
                        .build(),
                CheckSettings.defaults());
        assertThat(results).allSatisfy(r -> assertThat(r.passed()).as("%s", r).isTrue());
        assertThat(result(results, "PRICE_NEAR").actual()).contains("no trade since " + T0);
        assertThat(result(results, "NOT_SHRUNKEN").actual()).contains("no live book");
    }

    @Test
    void completeCountsEveryKey() {
        assertFails(
                "COMPLETE",
                good(book, bars).keyCount("ob:new:BTCUSDT", 2003, 1503),
                "ob:new:BTCUSDT has 1503, expected 2003");
        CheckInput uncounted = CheckInput.of("BTCUSDT", book, 50).build();
        assertThat(result(Checks.run(uncounted, CheckSettings.defaults()), "COMPLETE")
                        .passed())
                .isFalse();
    }

    @Test
    void sequenceComparesTheStagedIds() {
        assertFails("SEQUENCE", good(book(51, BIDS, ASKS), bars, 50L), "book at update 51");
        assertFails("SEQUENCE", good(book, bars).fiveSecond(bars.fiveSecond(), 7L), "5s bars say trade 7");
        assertFails("SEQUENCE", good(book, bars).oneSecond(bars.oneSecond(), null), "1s bars say trade none");
        assertFails(
                "SEQUENCE",
                good(book, bars).oneSecond(bars.oneSecond(), 9L).fiveSecond(bars.fiveSecond(), 9L),
                "trade 9, their newest bar 8");
    }

    @Test
    void coversGapNeedsTheGapsEndAndTheLiveIds() {
        assertFails("COVERS_GAP", good(book, bars).gap(51L, null), "update 50, trade 8");
        assertFails("COVERS_GAP", good(book, bars).gap(null, 9L), "update 50, trade 8");
        assertFails("COVERS_GAP", good(book, bars).live(book, 51L, null), "update 50, trade 8");
        assertFails("COVERS_GAP", good(book, bars).live(book, null, 9L), "update 50, trade 8");
        assertPasses("COVERS_GAP", good(book, bars).live(book, 50L, 8L).gap(50L, 8L));
    }

    @Test
    void uncrossedRefusesACrossedAndALockedBook() {
        assertFails(
                "UNCROSSED",
                good(book(50, Books.levels("101.5", "1"), ASKS), bars),
                "bid 101.5 x 1, ask 101 x 1 at update 50");
        assertFails("UNCROSSED", good(book(50, Books.levels("101", "1"), ASKS), bars), "bid 101 x 1, ask 101 x 1");
    }

    @Test
    void positiveNamesTheFirstOffender() {
        assertFails(
                "POSITIVE", good(book(50, Books.levels("100", "1", "99", "0"), ASKS), bars), "the first is bid 99 x 0");
        assertFails("POSITIVE", good(book(50, BIDS, Books.levels("101", "-2")), bars), "the first is ask 101 x -2");
        assertFails("POSITIVE", good(book(50, Books.levels("-1", "2"), ASKS), bars), "bid -1 x 2");
        TradeBars empty = TradeBars.rebuild(
                T0, List.of(new Trade(1, 1, new BigDecimal("100"), BigDecimal.ZERO, T0, true)), List.of(), 0);
        assertFails("POSITIVE", good(book, empty), "2 are not, the first is 1s bar " + T0);
    }

    @Test
    void depthMinCountsTheThinnerSide() {
        assertFails("DEPTH_MIN", good(book(50, BIDS, PriceLevels.EMPTY), bars), "3 bids, 0 asks");
        CheckSettings deep = CheckSettings.of(true, Map.of("DEPTH_MIN", new CheckSettings.Setting(null, 4.0)));
        assertThat(result(Checks.run(good(book, bars).build(), deep), "DEPTH_MIN"))
                .returns(false, CheckResult::passed)
                .returns("at least 4 levels a side", CheckResult::expected);
    }

    @Test
    void freshGoesByTheExchangesClock() {
        assertFails("FRESH", good(book, bars).exchangeTimes(T0, T0 + 10_001), "10001 ms");
        assertFails("FRESH", good(book, bars).exchangeTimes(T0 + 20_000, T0), "-20000 ms");
        assertFails("FRESH", good(book, bars).exchangeTimes(null, T0), "unknown");
        assertPasses("FRESH", good(book, bars).exchangeTimes(T0, T0 + 10_000));
    }

    @Test
    void tradesContiguousFindsHolesBetweenAndWithinBars() {
        assertFails(
                "TRADES_CONTIGUOUS",
                good(book, rebuilt(trade(1, 1, "100", T0), trade(4, 4, "100", T0 + 1_000))),
                "2 missing, first before bar %d: trade 4 follows 1".formatted(T0 + 1_000));
        assertFails(
                "TRADES_CONTIGUOUS",
                good(book, rebuilt(trade(1, 1, "100", T0), trade(3, 3, "100", T0))),
                "1 missing, first within bar %d: 2 trades for ids 1..3".formatted(T0));
        // What was carried over isn't asked, but told.
        CheckInput.Builder carried = good(book, rebuilt(trade(1, 1, "100", T0), trade(4, 4, "100", T0 + 5_000)))
                .rebuilt(T0 + 5_000, new BigDecimal("100"));
        assertPasses("TRADES_CONTIGUOUS", carried);
        assertThat(result(Checks.run(carried.build(), CheckSettings.defaults()), "TRADES_CONTIGUOUS")
                        .actual())
                .contains("0 missing; not counted: 2 before them, after trade 1");
    }

    @Test
    void barsConsistentAddsUp() {
        NavigableMap<Long, TradeBar> fives = new TreeMap<>(bars.fiveSecond());
        TradeBar honest = fives.firstEntry().getValue();
        fives.put(T0, TradeBars.sum(List.of(honest, honest), T0, 5_000, false));
        assertFails(
                "BARS_CONSISTENT",
                good(book, bars).fiveSecond(fives, 8L),
                "1 of 2 differ, the first: bar %d has volume 8 and 8 trades, its seconds 4 and 4".formatted(T0));
        fives.remove(T0);
        assertFails(
                "BARS_CONSISTENT", good(book, bars).fiveSecond(fives, 8L), "2 one-second bars and no five-second bar");
        fives.put(T0, honest);
        NavigableMap<Long, TradeBar> ones = new TreeMap<>(bars.oneSecond());
        ones.put(T0, TradeBars.sum(List.of(ones.firstEntry().getValue()), T0, 1_000, true));
        assertFails(
                "BARS_CONSISTENT", good(book, bars).oneSecond(ones, 8L), "isn't partial, but one of its seconds is");
        ones.keySet().removeIf(start -> start < T0 + 5_000);
        assertFails(
                "BARS_CONSISTENT", good(book, bars).oneSecond(ones, 8L), "bar %d has 0 one-second bars".formatted(T0));
    }

    @Test
    void barsMatchKlinesComparesEveryCompleteBar() {
        TradeBar first = bars.oneSecond().firstEntry().getValue();
        assertFails(
                "BARS_MATCH_KLINES",
                good(book, bars).klines(List.of(kline(first, T0, 4))),
                "kline has 4 trades, the bar 3");
        assertFails(
                "BARS_MATCH_KLINES",
                good(book, bars).klines(List.of(kline(first, T0 + 1_000, 3))),
                "kline has 3 trades, there is no bar");
        Kline priced = new Kline(
                T0,
                dec("99"),
                first.high(),
                first.low(),
                first.close(),
                first.volume(),
                T0 + 999,
                first.quoteVolume(),
                3,
                first.takerBuyVolume(),
                first.takerBuyQuoteVolume());
        assertFails("BARS_MATCH_KLINES", good(book, bars).klines(List.of(priced)), "kline's prices are 99/");
        Kline voluminous = new Kline(
                T0,
                first.open(),
                first.high(),
                first.low(),
                first.close(),
                dec("9"),
                T0 + 999,
                first.quoteVolume(),
                3,
                first.takerBuyVolume(),
                first.takerBuyQuoteVolume());
        assertFails("BARS_MATCH_KLINES", good(book, bars).klines(List.of(voluminous)), "kline's volumes are 9/");
        Kline rounded = new Kline(
                T0,
                first.open(),
                first.high(),
                first.low(),
                first.close(),
                first.volume(),
                T0 + 999,
                first.quoteVolume().add(dec("0.00000002")),
                3,
                first.takerBuyVolume(),
                first.takerBuyQuoteVolume());
        assertPasses("BARS_MATCH_KLINES", good(book, bars).klines(List.of(rounded)));
    }

    @Test
    void barsMatchKlinesIsFairToWhatMayBeUnfinished() {
        TradeBar first = bars.oneSecond().firstEntry().getValue();
        TradeBar open = bars.oneSecond().lastEntry().getValue();
        // The newest kline was fetched before it was whole, the last bar is partial, and later trades lag.
        assertPasses("BARS_MATCH_KLINES", good(book, bars).klines(List.of(kline(first, T0, 2))));
        assertPasses(
                "BARS_MATCH_KLINES",
                good(book, bars)
                        .klines(List.of(kline(open, open.openTime(), 9), kline(open, open.openTime() + 1_000, 5))));
        assertFails(
                "BARS_MATCH_KLINES",
                good(book, bars).klines(List.of(kline(first, T0, 2), kline(open, open.openTime(), 9))),
                "1 of 1 compared differ");
    }

    @Test
    void featuresMatchRecomputes() {
        Map<String, String> fields = new HashMap<>(
                FeatureVector.of(book, bars.oneSecond(), bars.lastTradeId()).toFields());
        fields.put("mid", "100.50000000000001");
        assertFails("FEATURES_MATCH", good(book, bars).features(fields), "mid is 100.50000000000001, computed 100.5");
        CheckSettings loose = CheckSettings.of(true, Map.of("FEATURES_MATCH", new CheckSettings.Setting(null, 1e-9)));
        assertThat(result(Checks.run(good(book, bars).features(fields).build(), loose), "FEATURES_MATCH")
                        .passed())
                .isTrue();
        fields.remove("mid");
        assertFails("FEATURES_MATCH", good(book, bars).features(fields), "mid is null, computed 100.5");
        fields.put("mid", "100.5");
        fields.put("asOfTradeId", "7");
        assertFails("FEATURES_MATCH", good(book, bars).features(fields), "trade 7");
    }

    @Test
    void priceNearMeasuresBothSides() {
        assertFails(
                "PRICE_NEAR",
                good(book(50, BIDS, Books.levels("103", "1")), bars),
                "bid 100, ask 103, last trade 100.5: 248.8 bps");
        assertFails(
                "PRICE_NEAR",
                good(book(50, Books.levels("90", "1"), ASKS), bars).live(null, null, null),
                "bid 90");
        assertFails("PRICE_NEAR", good(book(50, PriceLevels.EMPTY, ASKS), bars), "no price to compare");
        // A market that is wide live may be wide when rebuilt.
        assertPasses(
                "PRICE_NEAR",
                good(book(50, BIDS, Books.levels("103", "1")), bars)
                        .live(book(40, Books.levels("100", "1"), Books.levels("103", "1")), 40L, 3L));
    }

    @Test
    void priceNearAllowsAWideMarketNobodyElseSpeaksFor() {
        OrderBook wide = book(50, BIDS, Books.levels("104", "1"));
        assertPasses("PRICE_NEAR", good(wide, bars).live(null, null, null));
        OrderBook crossed = book(40, Books.levels("102", "1"), ASKS);
        assertPasses("PRICE_NEAR", good(wide, bars).live(crossed, 40L, 3L));
        assertFails(
                "PRICE_NEAR",
                good(book(50, BIDS, Books.levels("107", "1")), bars).live(null, null, null),
                "646.8 bps");
    }

    @Test
    void sequenceLetsDamagedLiveBarsBeCarriedOver() {
        TreeMap<Long, TradeBar> fives =
                new TreeMap<>(bars.fiveSecond().headMap(bars.fiveSecond().lastKey()));
        CheckInput.Builder carried =
                good(book, bars).oneSecond(bars.oneSecond(), 9L).fiveSecond(fives, 9L);
        assertFails("SEQUENCE", carried, "trade 9, their newest bar 8");
        assertPasses("SEQUENCE", carried.rebuilt(T0 + 60_000, null));
        assertFails(
                "SEQUENCE",
                carried.oneSecond(bars.oneSecond(), 7L).fiveSecond(fives, 7L),
                "1s bars say trade 7, their newest bar 8");
    }

    @Test
    void notShrunkenIsFairToALiveBookThatGathered() {
        OrderBook gathered = book(40, ladder(1_170, -1), ladder(1_170, 1));
        assertPasses(
                "NOT_SHRUNKEN",
                good(book(50, ladder(1_000, -1), ladder(1_000, 1)), bars).live(gathered, 40L, 3L));
        assertFails(
                "NOT_SHRUNKEN",
                good(book(50, PriceLevels.EMPTY, PriceLevels.EMPTY), bars).live(gathered, 40L, 3L),
                "bids 0 for 1170 live");
        assertFails(
                "NOT_SHRUNKEN",
                good(book(50, ladder(100, -1), ladder(1_000, 1)), bars).live(gathered, 40L, 3L),
                "bids 100 for 1170 live in range (1170 in all)");
        assertFails(
                "NOT_SHRUNKEN",
                good(book(50, ladder(1_000, -1), ladder(10, 1)), bars).live(gathered, 40L, 3L),
                "asks 10 for 1170");
        // Far more gathered outside the range of a snapshot that was cut off at its limit.
        OrderBook vast = book(40, ladder(9_000, -1), ladder(9_000, 1));
        assertPasses(
                "NOT_SHRUNKEN",
                good(book(50, ladder(1_000, -1), ladder(1_000, 1)), bars).live(vast, 40L, 3L));
        // A thin market that the exchange gave whole.
        OrderBook thin = book(40, ladder(12, -1), ladder(9, 1));
        assertPasses(
                "NOT_SHRUNKEN",
                good(book(50, ladder(10, -1), ladder(9, 1)), bars).live(thin, 40L, 3L));
    }

    @Test
    void aCheckThatThrowsHasFailedAndStopsNoOther() {
        CheckInput broken = good(book, bars)
                .features(Map.of("schema", "1", "asOfUpdateId", "?"))
                .build();
        List<CheckResult> results = Checks.run(broken, CheckSettings.defaults());
        assertThat(results).hasSize(13);
        assertThat(result(results, "FEATURES_MATCH"))
                .returns(false, CheckResult::passed)
                .satisfies(r -> assertThat(r.actual()).contains("BTCUSDT").contains("asOfUpdateId is ?"));
        assertThat(results).filteredOn(r -> !r.passed()).hasSize(1);
    }

    private static void assertFails(String name, CheckInput.Builder input, String actual) {
        CheckResult result = result(Checks.run(input.build(), CheckSettings.defaults()), name);
        assertThat(result.passed()).as("%s", result).isFalse();
        assertThat(result.actual()).startsWith("BTCUSDT: ").contains(actual);
    }

    private static void assertPasses(String name, CheckInput.Builder input) {
        CheckResult result = result(Checks.run(input.build(), CheckSettings.defaults()), name);
        assertThat(result.passed()).as("%s", result).isTrue();
    }

    private static CheckResult result(List<CheckResult> results, String name) {
        return results.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
    }

    private static CheckInput.Builder good(OrderBook book, TradeBars bars) {
        return good(book, bars, book.lastUpdateId());
    }

    private static CheckInput.Builder good(OrderBook book, TradeBars bars, @Nullable Long expectedId) {
        List<Kline> klines = new ArrayList<>();
        bars.oneSecond().forEach((start, bar) -> klines.add(kline(bar, start, bar.trades())));
        Trade last = bars.lastTrade();
        return CheckInput.of("BTCUSDT", book, expectedId == null ? 0 : expectedId)
                .keyCount("feat:new:BTCUSDT", 14, 14)
                .oneSecond(bars.oneSecond(), bars.lastTradeId())
                .fiveSecond(bars.fiveSecond(), bars.lastTradeId())
                .rebuilt(bars.firstBucket(), last == null ? null : last.price())
                .features(FeatureVector.of(book, bars.oneSecond(), bars.lastTradeId())
                        .toFields())
                .live(book(40, BIDS, ASKS), 40L, 3L)
                .gap(45L, 8L)
                .exchangeTimes(T0 + 6_000, T0 + 7_500)
                .klines(klines);
    }

    private static TradeBars rebuilt(Trade... trades) {
        return TradeBars.rebuild(T0, List.of(trades), List.of(), 0);
    }

    private static OrderBook book(long id, PriceLevels bids, PriceLevels asks) {
        return OrderBook.of(new DepthSnapshot(id, bids, asks), T0 + 6_000);
    }

    private static PriceLevels ladder(int levels, int direction) {
        PriceLevels.Builder builder = new PriceLevels.Builder();
        for (int i = 1; i <= levels; i++) {
            builder.add(
                    PackedDecimal.of(BigDecimal.valueOf(1_000_000 + (long) direction * i, 2)),
                    PackedDecimal.parse("1"));
        }
        return builder.build();
    }

    private static Trade trade(long first, long last, String price, long time) {
        return new Trade(first, last, dec(price), BigDecimal.valueOf(last - first + 1), time, first % 2 == 0);
    }

    private static Kline kline(TradeBar bar, long openTime, long trades) {
        return new Kline(
                openTime,
                bar.open(),
                bar.high(),
                bar.low(),
                bar.close(),
                bar.volume(),
                openTime + 999,
                bar.quoteVolume(),
                trades,
                bar.takerBuyVolume(),
                bar.takerBuyQuoteVolume());
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }
}
