package io.reanchor.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Connections;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.market.BookSide;
import io.reanchor.market.OrderBook;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.ReanchorRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** On a real Redis and a real socket; the service is this test, which puts the truth in the place of what is live. */
class LiveFeedTest {
    private static final String SYMBOL = "BTCUSDT";
    private static final Keyspace.Names NAMES = Keyspace.DEFAULT.of(SYMBOL);
    private static final String BOOK = NAMES.live(Family.BOOK);
    private final SyntheticMarket market =
            new SyntheticMarket(5, SYMBOL, new BigDecimal("61800"), Instant.parse("2026-01-01T00:00:00Z"));
    private final BlockingQueue<ReanchorRequest> reports = new LinkedBlockingQueue<>();
    private RedisServer redis;
    private SimulatedExchange exchange;
    private Jedis jedis;
    private LiveFeed feed;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start();
        jedis = new Jedis(redis.host(), redis.port());
        exchange = SimulatedExchange.start(market);
        exchange.step(Duration.ofSeconds(5));
        feed = feed();
        exchange.goLive(1);
    }

    private LiveFeed feed() {
        return LiveFeed.start(
                new LiveFeed.Settings(
                        exchange.streamUri(),
                        List.of(SYMBOL),
                        Keyspace.DEFAULT,
                        Duration.ofMinutes(10),
                        Duration.ofHours(1),
                        "test"),
                Connections.standalone(
                        new HostAndPort(redis.host(), redis.port()),
                        DefaultJedisClientConfig.builder()
                                .socketTimeoutMillis(2_000)
                                .build()),
                reports::add,
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        feed.close();
        exchange.close();
        jedis.close();
        redis.close();
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(end);
            Thread.sleep(2);
        }
    }

    private void awaitUpdatesUnheard() throws InterruptedException {
        Instant then = market.now().plusMillis(500);
        await(() -> market.now().isAfter(then), "updates went by");
    }

    private ReanchorRequest report() throws InterruptedException {
        ReanchorRequest report = reports.poll(60, TimeUnit.SECONDS);
        assertThat(report).isNotNull();
        return report;
    }

    /** As a recovery does, for the book; of the bars only the id. */
    private void recover(ReanchorRequest report) throws InterruptedException {
        await(() -> market.updateId() >= orZero(report.gap().lastUpdateId()), "the exchange has what was reported");
        OrderBook book = market.trueBook(market.updateId());
        Map<String, String> fields = new HashMap<>();
        add(book.bids(), "b:", fields);
        add(book.asks(), "a:", fields);
        fields.put("lastUpdateId", Long.toString(book.lastUpdateId()));
        var trades = market.trueTrades();
        String lastTrade = Long.toString(trades.get(trades.size() - 1).lastTradeId());
        var swap = jedis.multi();
        swap.del(BOOK, NAMES.live(Family.BARS_1S), NAMES.live(Family.BARS_5S));
        swap.hset(BOOK, fields);
        swap.hset(NAMES.live(Family.BARS_1S), "lastTradeId", lastTrade);
        swap.hset(NAMES.live(Family.BARS_5S), "lastTradeId", lastTrade);
        swap.exec();
    }

    private static long orZero(@Nullable Long id) {
        return id == null ? 0 : id;
    }

    private static void add(BookSide side, String prefix, Map<String, String> to) {
        for (int i = 0; i < side.size(); i++) {
            to.put(
                    prefix + side.level(i).price().toPlainString(),
                    side.level(i).quantity().toPlainString());
        }
    }

    private void becomesWhole() throws Exception {
        recover(report());
        await(() -> feed.standing(SYMBOL).isWhole(), "nothing is missing");
        reports.clear();
    }

    /** Level by level, at the live book's own update id. */
    private void assertTrue() {
        Map<String, String> live = new TreeMap<>(jedis.hgetAll(BOOK));
        long id = Long.parseLong(live.get("lastUpdateId"));
        Map<String, String> truth = new TreeMap<>();
        add(market.trueBook(id).bids(), "b:", truth);
        add(market.trueBook(id).asks(), "a:", truth);
        live.keySet().removeIf(field -> !field.startsWith("b:") && !field.startsWith("a:"));
        assertThat(live).isEqualTo(truth);
    }

    @Test
    void reportsWhatWasNeverThereAndGoesOnFromIt() throws Exception {
        becomesWhole();
        String id = jedis.hget(BOOK, "lastUpdateId");
        await(() -> !id.equals(jedis.hget(BOOK, "lastUpdateId")), "the book moves on");

        assertTrue();
    }

    @Test
    void reportsAGapUpToTheEventInHand() throws Exception {
        becomesWhole();
        exchange.dropDepth(SYMBOL, 3);
        ReanchorRequest report = report();

        Long first = Objects.requireNonNull(report.gap().firstUpdateId());
        assertThat(first).isEqualTo(Long.parseLong(jedis.hget(BOOK, "lastUpdateId")) + 1);
        assertThat(report.gap().lastUpdateId()).isGreaterThan(first);
        assertThat(report.gap().since()).isNotNull();
        assertThat(jedis.hget(BOOK, "suspectFrom")).isEqualTo(first.toString());
        recover(report);
        await(() -> feed.standing(SYMBOL).isWhole(), "nothing is missing");
        assertThat(jedis.hexists(BOOK, "suspectFrom")).isFalse();
        assertTrue();
    }

    @Test
    void doubtsSilenceBeforeAnythingShowsAGap() throws Exception {
        becomesWhole();
        await(() -> jedis.xlen(NAMES.diffs()) > 20, "it knows the stream");
        exchange.mute(SYMBOL, true);
        await(() -> jedis.hexists(BOOK, "suspectAt"), "the book is doubted");
        assertThat(jedis.hexists(BOOK, "suspectFrom")).isFalse();

        exchange.mute(SYMBOL, false);
        recover(report());
        await(() -> !jedis.hexists(BOOK, "suspectAt"), "the doubt is taken away");
    }

    @Test
    void aCutConnectionIsDoubtedAndMadeUpFor() throws Exception {
        becomesWhole();
        exchange.refuseStreams(true);
        exchange.disconnectAll();
        await(() -> jedis.hexists(BOOK, "suspectAt"), "the book is doubted");
        awaitUpdatesUnheard();
        exchange.refuseStreams(false);
        recover(report());
        await(() -> feed.standing(SYMBOL).isWhole(), "nothing is missing");

        assertTrue();
    }

    @Test
    void aRedisThatCutsConnectionsCostsNothing() throws Exception {
        becomesWhole();
        for (int i = 0; i < 5; i++) {
            jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");
            String id = jedis.hget(BOOK, "lastUpdateId");
            await(() -> !id.equals(jedis.hget(BOOK, "lastUpdateId")), "the book moves on");
        }

        assertThat(reports).isEmpty();
        assertTrue();
    }

    @Test
    void goesOnWhereAnotherOneEnded() throws Exception {
        becomesWhole();
        feed.close();
        awaitUpdatesUnheard();
        feed = feed();
        recover(report());
        await(() -> feed.standing(SYMBOL).isWhole(), "nothing is missing");

        assertTrue();
    }
}
