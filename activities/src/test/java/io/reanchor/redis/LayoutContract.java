package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Connections;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.LiveBarsWriter;
import io.reanchor.kit.LiveBookWriter;
import io.reanchor.kit.LiveFeatures;
import io.reanchor.kit.Verdict;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;

/** What a reader of live state may rely on, in whatever layout it reads: each layout passes all of it. */
abstract class LayoutContract extends RealRedis {
    private static final int CUT_OVERS = 200;
    private static final InstantSource CLOCK = Clock.fixed(Given.NOW, ZoneOffset.UTC);
    private static final Duration RETENTION = Duration.ofHours(1);

    private final List<AutoCloseable> open = new ArrayList<>();
    private Names names;
    private LiveBookWriter book;
    private LiveBarsWriter bars;
    private Jedis reader;

    /** Settings of a service, and of writers, that keep this layout. */
    abstract RedisSettings layout(RedisSettings settings);

    /** One read of all four keys at one instant, by nothing but Redis' own commands. */
    abstract LiveSeen read(Jedis redis);

    @BeforeEach
    void openWriters() {
        given.close();
        given = Given.with(server, layout(RedisSettings.of(server.uri()).withOperationTimeout(Duration.ofSeconds(2))));
        names = given.settings.keyspace().of(SYMBOL);
        Connections connections = Connections.standalone(server.uri(), Duration.ofSeconds(2));
        book = opened(LiveBookWriter.withoutJournal(connections, names, CLOCK));
        bars = opened(LiveBarsWriter.withoutJournal(connections, names, CLOCK, RETENTION));
        reader = opened(new Jedis(server.uri()));
    }

    @AfterEach
    void closeWriters() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    LiveSeen seen() {
        return read(reader);
    }

    Names names() {
        return names;
    }

    private static DepthUpdate update(long first, long last, String bid, String quantity) {
        PriceLevels.Builder bids = new PriceLevels.Builder();
        bids.add(PackedDecimal.parse(bid), PackedDecimal.parse(quantity));
        return new DepthUpdate(first, last, 1_700_000_000_200L, bids.build(), new PriceLevels.Builder().build());
    }

    private static Trade trade(long id) {
        return new Trade(id, id, new BigDecimal("101.5"), new BigDecimal("0.25"), 1_700_000_010_500L, false);
    }

    @Test
    void whatACutOverMadeLiveIsRead() {
        given.recover(Given.run("a"), 100, 50);

        LiveSeen seen = seen();
        assertThat(seen.generation()).isEqualTo("1-a.1");
        assertThat(seen.bookHeader()).isEqualTo(Map.of("lastUpdateId", "100", "eventTime", "1700000000123"));
        assertThat(seen.bids()).hasSize(10).containsEntry("100", "1.1").containsEntry("99.91", "1.1");
        assertThat(seen.asks()).hasSize(10).containsEntry("100.01", "1.1").containsEntry("100.1", "1.1");
        assertThat(seen.barsHeader()).isEqualTo(Map.of("lastTradeId", "50"));
        assertThat(seen.bars1s()).hasSize(10).containsEntry(1_700_000_009_000L, "100.01 x 1");
        assertThat(seen.bars5s()).hasSize(2).containsEntry(1_700_000_005_000L, "100.01 x 1");
        assertThat(seen.featuresHeader()).containsEntry("asOfUpdateId", "100").containsEntry("asOfTradeId", "50");
        assertThat(seen.features()).isEqualTo(Map.of("mid", "100.005", "schema", "1"));
    }

    @Test
    void whatAWriterAppliesIsReadAtOnce() {
        given.recover(Given.run("a"), 100, 50);

        assertThat(book.write(List.of(update(101, 102, "99.5", "7"), update(103, 103, "100", "0")))
                        .verdict())
                .isEqualTo(Verdict.APPLIED);
        assertThat(bars.write(List.of(trade(51))).verdict()).isEqualTo(Verdict.APPLIED);

        LiveSeen seen = seen();
        assertThat(seen.generation()).isEqualTo("1-a.1");
        assertThat(seen.bookHeader()).isEqualTo(Map.of("lastUpdateId", "103", "eventTime", "1700000000200"));
        assertThat(seen.bids()).hasSize(10).containsEntry("99.5", "7").doesNotContainKey("100");
        assertThat(seen.barsHeader()).isEqualTo(Map.of("lastTradeId", "51"));
        assertThat(seen.bars1s()).hasSize(11).containsEntry(1_700_000_010_000L, "101.5 x 1");
        assertThat(seen.bars5s()).hasSize(3).containsEntry(1_700_000_010_000L, "101.5 x 1");
    }

    @Test
    void barsThatGoAreReadNoLonger() throws Exception {
        given.recover(Given.run("a"), 100, 50);
        Connections connections = Connections.standalone(server.uri(), Duration.ofSeconds(2));
        try (LiveBarsWriter briefly = LiveBarsWriter.withoutJournal(connections, names, CLOCK, Duration.ofSeconds(5))) {
            briefly.write(List.of(trade(51)));
        }

        assertThat(seen().bars1s()).hasSize(5).doesNotContainKey(1_700_000_005_000L);
    }

    @Test
    void aGapAndASilenceAreReadAtOnceAndARecoveryTakesThemAway() {
        given.recover(Given.run("a"), 100, 50);

        book.write(List.of(update(105, 106, "99.5", "7")));
        bars.write(List.of(trade(53)));
        assertThat(seen().bookHeader()).containsEntry("suspectFrom", "101").containsKey("suspectAt");
        assertThat(seen().barsHeader()).containsEntry("suspectFrom", "51").containsKey("suspectAt");

        given.recover(Given.run("b"), 110, 60);
        assertThat(seen().generation()).isEqualTo("2-b.1");
        assertThat(seen().bookHeader()).doesNotContainKeys("suspectFrom", "suspectAt");
        assertThat(seen().barsHeader()).doesNotContainKeys("suspectFrom", "suspectAt");

        book.doubt();
        assertThat(seen().bookHeader())
                .doesNotContainKey("suspectFrom")
                .containsEntry("suspectAt", Long.toString(Given.NOW.toEpochMilli()));
    }

    @Test
    void featuresAreReadAsTheyAreWritten() {
        given.recover(Given.run("a"), 100, 50);
        book.write(List.of(update(101, 101, "99.5", "7")));
        try (Connection connection =
                Connections.standalone(server.uri(), Duration.ofSeconds(2)).open(names.flag())) {
            new LiveFeatures(names).write(connection, "1-a.1", 101, 50L, Map.of("mid", "100.25", "said", "a \"word\""));
        }

        assertThat(seen().featuresHeader()).isEqualTo(Map.of("asOfUpdateId", "101", "asOfTradeId", "50"));
        assertThat(seen().features()).isEqualTo(Map.of("mid", "100.25", "said", "a \"word\""));
    }

    @Test
    void aWritersOwnBookIsRead() {
        given.recover(Given.run("a"), 100, 50);
        PriceLevels.Builder bids = new PriceLevels.Builder();
        PriceLevels.Builder asks = new PriceLevels.Builder();
        for (int i = 0; i < 10; i++) {
            bids.add(PackedDecimal.parse("50." + (9 - i)), PackedDecimal.parse("3"));
            asks.add(PackedDecimal.parse("51.0" + i), PackedDecimal.parse("3"));
        }
        // As far as the live book, and as many levels: nothing that a string begins with changes.
        book.resync(OrderBook.of(new DepthSnapshot(100, bids.build(), asks.build()), 1_700_000_000_123L));

        assertThat(seen().generation()).isEqualTo("1-a.1");
        assertThat(seen().bids()).containsEntry("50.9", "3").doesNotContainKey("100");
    }

    @Test
    void whatIsStagedIsNeverReadNorWhatWasRolledBack() {
        given.recover(Given.run("a"), 100, 50);
        LiveSeen before = seen();
        Token token = Given.run("b");
        given.claim(token);
        given.stage(token, 110, 60);
        assertThat(seen()).isEqualTo(before);

        given.state.settle(SYMBOL, token, null);
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void whatARevertBringsBackIsRead() {
        given.recover(Given.run("a"), 100, 50);
        LiveSeen before = seen();
        given.recover(Given.run("b"), 110, 60);
        given.claim(Given.run("r"));
        given.state.revert(SYMBOL, Given.run("r"), "reanchor-" + SYMBOL, "2-b.1", true);

        LiveSeen seen = seen();
        assertThat(seen.generation()).isEqualTo("3-r.1");
        assertThat(seen.bids()).isEqualTo(before.bids());
        assertThat(seen.bars1s()).isEqualTo(before.bars1s());
        assertThat(seen.features()).isEqualTo(before.features());
    }

    /** Beside a writer that goes on: after each cut-over an update, a trade, and a doubt. */
    @Test
    void noTornStateInTwoHundredCutOvers() throws Exception {
        given.recover(Given.run("r0"), 100, 50);
        Watcher watcher = new Watcher();
        watcher.start();
        for (int i = 1; i <= CUT_OVERS; i++) {
            given.recover(Given.run("r" + i), 100 + 10L * i, 50 + 10L * i);
            assertThat(book.write(List.of(update(101 + 10L * i, 102 + 10L * i, "99", "5")))
                            .verdict())
                    .isEqualTo(Verdict.APPLIED);
            assertThat(bars.write(List.of(trade(51 + 10L * i))).verdict()).isEqualTo(Verdict.APPLIED);
            book.doubt();
        }
        watcher.end();

        assertThat(watcher.wrong).isNull();
        assertThat(watcher.reads).isGreaterThan(CUT_OVERS);
        assertThat(watcher.generations).isGreaterThan(CUT_OVERS / 10);
        assertThat(seen().generation()).isEqualTo("201-r200.1");
    }

    /** Reads without pause. Of generation n everything tells that it is: quantities, ids of bars and features. */
    private final class Watcher extends Thread {
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile @Nullable String wrong;
        private volatile int reads;
        private volatile int generations;

        void end() throws InterruptedException {
            ended.set(true);
            join();
        }

        @Override
        public void run() {
            LiveSeen last = null;
            try (Jedis redis = new Jedis(server.uri())) {
                while (!ended.get() && wrong == null) {
                    LiveSeen seen = read(redis);
                    if (!isOfOneGeneration(seen) || (last != null && seen.updateId() < last.updateId())) {
                        wrong = "after %s: %s".formatted(last, seen);
                    }
                    reads++;
                    if (last == null || !seen.generations().equals(last.generations())) {
                        generations++;
                    }
                    last = seen;
                }
            } catch (RuntimeException e) {
                wrong = e.toString();
            }
        }

        private boolean isOfOneGeneration(LiveSeen seen) {
            String generation = seen.generation();
            if (generation == null) {
                return false;
            }
            long id = 90 + 10 * Long.parseLong(generation.substring(0, generation.indexOf('-')));
            String quantity = PackedDecimal.toString(PackedDecimal.parse("1." + id));
            return (seen.updateId() == id || seen.updateId() == id + 2)
                    && quantity.equals(seen.bids().get("100"))
                    && quantity.equals(seen.asks().get("100.1"))
                    && seen.bids().containsKey("99") == (seen.updateId() == id + 2)
                    && (seen.tradeId() == id - 50 || seen.tradeId() == id - 49)
                    && seen.bars1s().size() == (seen.tradeId() == id - 50 ? 10 : 11)
                    && Long.toString(id).equals(seen.featuresHeader().get("asOfUpdateId"));
        }
    }
}
