package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.demo.SimpleWriter.Standing;
import io.reanchor.kit.BarJson;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FeedGap;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What the protocol asks of a live writer, on a real Redis. */
class SimpleWriterTest {
    private static final DemoKeys KEYS = new DemoKeys("BTCUSDT");
    private static final Map<String, String> BOOK =
            Map.of("gen", "4-t", "lastUpdateId", "100", "b:99", "1", "a:101", "1");

    private final RedisServer server = RedisServer.start();
    private final Jedis redis = new Jedis(server.uri());
    private final BlockingQueue<FeedGap> reports = new LinkedBlockingQueue<>();
    private final SimpleWriter writer = new SimpleWriter(server.uri(), KEYS, reports::add);

    @BeforeEach
    void liveKeys() {
        redis.hset(KEYS.book(), BOOK);
        redis.hset(KEYS.bars1s(), Map.of("gen", "4-t", "lastTradeId", "10"));
        redis.hset(KEYS.bars5s(), Map.of("gen", "4-t", "lastTradeId", "10"));
    }

    @AfterEach
    void end() throws InterruptedException {
        writer.close();
        redis.close();
        server.close();
    }

    @Test
    void anUpdateThatStraddlesTheBooksIdIsAppliedAndKeepsTheGeneration() throws InterruptedException {
        writer.offer(update(90, 100, "98", "7")); // stale
        writer.offer(update(99, 103, "99", "0"));
        await(standing -> standing.appliedUpdates() == 1);

        assertThat(redis.hgetAll(KEYS.book()))
                .isEqualTo(Map.of("gen", "4-t", "lastUpdateId", "103", "eventTime", "1000", "a:101", "1"));
        assertThat(reports).isEmpty();
    }

    @Test
    void aGapIsReportedByTheEventInHandAgainAndAgainAndMarksTheBook() throws InterruptedException {
        writer.offer(update(105, 109, "98", "7"));

        FeedGap first = reports.poll(10, TimeUnit.SECONDS);
        assertThat(first).isEqualTo(new FeedGap(101L, 109L, null, null, null));
        assertThat(reports.poll(10, TimeUnit.SECONDS)).isEqualTo(first);
        assertThat(redis.hget(KEYS.book(), "suspectFrom")).isEqualTo("101");
        assertThat(redis.hget(KEYS.book(), "lastUpdateId")).isEqualTo("100");
    }

    @Test
    void underTheFlagNothingIsAppliedAndAfterACutOverWhatWasKeptGoesOnInOrder() throws InterruptedException {
        redis.set(KEYS.flag(), "token");
        writer.offer(update(105, 109, "98", "7"));
        writer.offer(update(110, 112, "98", "8"));
        writer.offer(trade(12, 1_500, "100", "2"));
        await(standing -> standing.waiting().size() == 2 && standing.waitingTrades() == 1);
        assertThat(redis.hgetAll(KEYS.book())).isEqualTo(BOOK);
        assertThat(reports).isEmpty();

        var cutOver = redis.multi();
        cutOver.hset(KEYS.book(), Map.of("gen", "5-u", "lastUpdateId", "109"));
        cutOver.hset(KEYS.bars1s(), Map.of("gen", "5-u", "lastTradeId", "11"));
        cutOver.hset(KEYS.bars5s(), Map.of("gen", "5-u", "lastTradeId", "11"));
        cutOver.del(KEYS.flag());
        cutOver.exec();
        await(standing -> standing.waiting().isEmpty() && standing.waitingTrades() == 0);

        assertThat(redis.hget(KEYS.book(), "b:98")).isEqualTo("8");
        assertThat(redis.hmget(KEYS.book(), "lastUpdateId", "gen")).isEqualTo(List.of("112", "5-u"));
        assertThat(redis.hmget(KEYS.bars1s(), "lastTradeId", "gen")).isEqualTo(List.of("12", "5-u"));
        assertThat(redis.hmget(KEYS.bars5s(), "lastTradeId", "gen")).isEqualTo(List.of("12", "5-u"));
    }

    @Test
    void withoutALiveBookTheEventInHandIsReported() throws InterruptedException {
        redis.del(KEYS.book());
        writer.offer(update(105, 109, "98", "7"));

        assertThat(reports.poll(10, TimeUnit.SECONDS)).isEqualTo(new FeedGap(null, 109L, null, null, null));
    }

    @Test
    void aMissingTradeIsReportedSinceTheLastOneThatWasApplied() throws InterruptedException {
        writer.offer(trade(11, 1_200, "100", "1"));
        writer.offer(trade(14, 2_100, "100", "1"));

        assertThat(reports.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new FeedGap(null, null, 12L, 14L, Instant.ofEpochMilli(1_200)));
        assertThat(redis.hget(KEYS.bars1s(), "lastTradeId")).isEqualTo("11");
    }

    @Test
    void tradesAddUpExactlyAndABarIsCompleteWhenALaterTradeFollowsIt() throws InterruptedException {
        writer.offer(trade(11, 1_200, "100", "1"));
        writer.offer(trade(12, 2_100, "100.1", "0.3"));
        writer.offer(trade(13, 2_900, "100.3", "0.1"));
        writer.offer(trade(14, 3_000, "100", "1"));
        await(standing -> standing.appliedTrades() == 4);

        TradeBar bar = bar(KEYS.bars1s(), 2_000);
        assertThat(bar.volume()).isEqualTo("0.4");
        assertThat(bar.quoteVolume()).isEqualTo("40.06");
        assertThat(bar.vwap()).isEqualTo("100.15");
        assertThat(bar.close()).isEqualTo("100.3");
        assertThat(bar.partial()).isFalse();
        assertThat(bar(KEYS.bars1s(), 1_000).partial())
                .as("nobody knows what came before the first trade")
                .isTrue();
        assertThat(bar(KEYS.bars1s(), 3_000).partial()).isTrue();
        assertThat(bar(KEYS.bars5s(), 0).trades()).isEqualTo(4);
    }

    private TradeBar bar(String key, long start) {
        return BarJson.read(redis.hget(key, Long.toString(start)).getBytes(StandardCharsets.UTF_8));
    }

    private void await(Predicate<Standing> wish) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!wish.test(writer.standing())) {
            assertThat(System.nanoTime()).as("%s", writer.standing()).isLessThan(end);
            Thread.sleep(2);
        }
    }

    private static DepthUpdate update(long first, long last, String bid, String quantity) {
        PriceLevels bids = new PriceLevels.Builder()
                .add(PackedDecimal.parse(bid), PackedDecimal.parse(quantity))
                .build();
        return new DepthUpdate(first, last, 1_000, bids, PriceLevels.EMPTY);
    }

    private static Trade trade(long id, long time, String price, String quantity) {
        return new Trade(id, id, new BigDecimal(price), new BigDecimal(quantity), time, false);
    }
}
