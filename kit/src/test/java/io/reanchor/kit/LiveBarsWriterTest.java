package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.WriteOutcome.Missing;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Protocol.Command;

class LiveBarsWriterTest extends OnRedis {
    private static final String ONES = NAMES.live(Family.BARS_1S);
    private static final String FIVES = NAMES.live(Family.BARS_5S);
    private static final long START = 1_700_000_000_000L;

    @BeforeEach
    void liveBarsAtZero() {
        jedis.hset(ONES, Map.of("lastTradeId", "0", "gen", "1-x"));
        jedis.hset(FIVES, Map.of("lastTradeId", "0", "gen", "1-x"));
    }

    private LiveBarsWriter writer() {
        return writer(Duration.ofHours(1));
    }

    private LiveBarsWriter writer(Duration retention) {
        return opened(LiveBarsWriter.withJournal(
                connections(),
                NAMES,
                Journal.trades(NAMES, Duration.ofMinutes(10)),
                InstantSource.system(),
                retention));
    }

    /** Ten a second, of a price and a quantity that tell which it is. */
    private static Trade trade(long id) {
        return new Trade(
                id,
                id,
                new BigDecimal("100").add(BigDecimal.valueOf(id, 2)),
                BigDecimal.valueOf(id, 5),
                START + id * 100,
                id % 2 == 0);
    }

    private static List<Trade> trades(long from, long to) {
        List<Trade> trades = new ArrayList<>();
        for (long id = from; id <= to; id++) {
            trades.add(trade(id));
        }
        return trades;
    }

    private List<TradeBar> bars(String key) {
        return jedis.hgetAll(key).entrySet().stream()
                .filter(field -> field.getKey().matches("\\d+"))
                .map(field -> BarJson.read(field.getValue().getBytes(StandardCharsets.UTF_8)))
                .sorted(Comparator.comparingLong(TradeBar::openTime))
                .toList();
    }

    /** Sums from the bars themselves: every trade once. */
    private void assertHoldsOnce(String key, long upTo) {
        assertThat(jedis.hget(key, "lastTradeId")).isEqualTo(Long.toString(upTo));
        List<TradeBar> bars = bars(key);
        assertThat(bars.stream().mapToLong(TradeBar::trades).sum()).as(key).isEqualTo(upTo);
        BigDecimal volume = bars.stream().map(TradeBar::volume).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal quote = bars.stream().map(TradeBar::quoteVolume).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(volume)
                .as(key)
                .isEqualByComparingTo(
                        trades(1, upTo).stream().map(Trade::quantity).reduce(BigDecimal.ZERO, BigDecimal::add));
        assertThat(quote)
                .as(key)
                .isEqualByComparingTo(trades(1, upTo).stream()
                        .map(trade -> trade.price().multiply(trade.quantity()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    @Test
    void addsEachTradeOnce() {
        LiveBarsWriter writer = writer();
        writer.write(trades(1, 3));
        writer.write(trades(2, 70));
        writer.write(trades(60, 70));

        assertHoldsOnce(ONES, 70);
        assertHoldsOnce(FIVES, 70);
        assertThat(bars(FIVES)).hasSizeBetween(2, 3);
    }

    @Test
    void whatIsOlderThanItsRetentionGoesAlsoWhenACutOverBroughtItBack() {
        LiveBarsWriter writer = writer(Duration.ofSeconds(10));
        writer.write(trades(1, 99));
        Map<String, String> before = jedis.hgetAll(ONES);
        writer.write(trades(100, 199));
        assertThat(bars(ONES)).first().extracting(TradeBar::openTime).isEqualTo(START + 10_000);
        jedis.hset(ONES, "gen", "2-y"); // a cut-over, whose bars were carried over before
        before.keySet().removeIf(field -> !field.matches("\\d+"));
        before.forEach((start, bar) -> jedis.hsetnx(ONES, start, bar));
        assertThat(bars(ONES)).first().extracting(TradeBar::openTime).isEqualTo(START);

        writer.write(trades(200, 215));

        assertThat(bars(ONES)).first().extracting(TradeBar::openTime).isEqualTo(START + 12_000);
        assertThat(bars(ONES)).hasSize(10);
    }

    @Test
    void aGapIsMarkedInBothKeysAndReported() {
        LiveBarsWriter writer = writer();
        writer.write(trades(1, 3));
        WriteOutcome outcome = writer.write(trades(6, 9));

        assertThat(outcome.verdict()).isEqualTo(Verdict.GAP);
        assertThat(outcome.missing()).isEqualTo(new Missing(4L, 9));
        assertThat(jedis.hget(ONES, "suspectFrom")).isEqualTo("4");
        assertThat(jedis.hget(FIVES, "suspectFrom")).isEqualTo("4");
        assertHoldsOnce(ONES, 3);
    }

    @Test
    void keysAtDifferentIdsEachGetWhatTheyLack() {
        LiveBarsWriter writer = writer();
        writer.write(trades(1, 30));
        Map<String, String> early = jedis.hgetAll(FIVES);
        writer.write(trades(31, 60));
        jedis.del(FIVES); // a failover, or damage, took it back
        jedis.hset(FIVES, early);

        WriteOutcome outcome = writer().write(trades(61, 65));
        assertThat(outcome.verdict()).isEqualTo(Verdict.APPLIED);
        assertHoldsOnce(ONES, 65);
        assertHoldsOnce(FIVES, 65);
    }

    @Test
    void aKeyThatIsGoneIsNotAtZero() {
        LiveBarsWriter writer = writer();
        writer.write(trades(1, 5));
        jedis.del(FIVES);

        WriteOutcome outcome = writer.write(trades(6, 7));
        assertThat(outcome.verdict()).isEqualTo(Verdict.ABSENT);
        assertThat(outcome.missing()).isEqualTo(new Missing(null, 7));
        assertThat(jedis.exists(FIVES)).isFalse();
        assertHoldsOnce(ONES, 5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverBefallsTwoWriters(long seed) {
        Random random = new Random(seed);
        int all = 400;
        List<LiveBarsWriter> writers = List.of(writer(), writer());
        long[] at = {1, 1};
        while (at[0] <= all || at[1] <= all) {
            int who = random.nextInt(2);
            long to = Math.min(all, at[who] + random.nextInt(12));
            List<Trade> heard = new ArrayList<>(trades(at[who], to));
            heard.addAll(trades(at[who], to).subList(0, random.nextInt(heard.size() + 1)));
            // Each loses some, never both the same: what one lacks the journal has from the other.
            heard.removeIf(trade -> trade.firstTradeId() % 20 == 7 + who);
            at[who] = to + 1;
            if (random.nextInt(15) == 0) {
                jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");
            }
            writers.get(who).write(heard);
        }
        for (int i = 0; i < 3; i++) {
            writers.forEach(LiveBarsWriter::catchUp);
        }
        assertThat(writers).allMatch(writer -> writer.catchUp().isWhole());
        assertHoldsOnce(ONES, all);
        assertHoldsOnce(FIVES, all);
    }
}
