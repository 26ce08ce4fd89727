package io.reanchor.kit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.LiveState.Suspicion;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.Trade;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;

class LiveStateReaderTest extends OnRedis {
    private LiveStateReader reader;

    @BeforeEach
    void read() {
        reader = opened(new LiveStateReader(connections(), NAMES));
    }

    /** A whole state; its generation's number is in every key, so that a mixed one shows. */
    private void state(String prefix, long n) {
        String gen = n + "-run.1";
        for (Family family : Family.values()) {
            jedis.hset(name(prefix, family), "gen", gen);
        }
        jedis.hset(
                name(prefix, Family.BOOK),
                Map.of(
                        "lastUpdateId",
                        "" + n,
                        "eventTime",
                        "12000",
                        "b:99.5",
                        "" + n,
                        "b:9.25",
                        "3",
                        "a:100",
                        "0.001"));
        jedis.hset(name(prefix, Family.BARS_1S), "lastTradeId", "" + n);
        jedis.hset(name(prefix, Family.BARS_5S), "lastTradeId", "" + n);
        jedis.hset(name(prefix, Family.FEATURES), Map.of("mid", "99.75", "asOfUpdateId", "" + n));
        jedis.hset(
                name(prefix, Family.META),
                Map.of("kind", "recovery", "lostUpdates", "5..6 9..9", "partialBars", "1000", "warmingUp", "ofi"));
    }

    private static String name(String prefix, Family family) {
        return prefix.isEmpty() ? NAMES.live(family) : NAMES.staged(family);
    }

    private void cutOver(long n) {
        state("new", n);
        Transaction transaction = jedis.multi();
        for (Family family : Family.values()) {
            transaction.rename(NAMES.live(family), NAMES.old(family));
        }
        for (Family family : Family.values()) {
            transaction.rename(NAMES.staged(family), NAMES.live(family));
        }
        transaction.publish(NAMES.channel(), n + "-run.1");
        transaction.exec();
    }

    @Test
    void everythingOfOneGeneration() {
        state("", 3);
        LiveState state = reader.read();

        assertThat(state.isWhole()).isTrue();
        assertThat(state.isSuspect()).isFalse();
        assertThat(state.recovering()).isFalse();
        assertThat(state.isRevert()).isFalse();
        assertThat(state.generation()).isEqualTo("3-run.1").isEqualTo(reader.generation());
        assertThat(requireNonNull(state.book()).book().lastUpdateId()).isEqualTo(3);
        assertThat(requireNonNull(state.book()).book().eventTime()).isEqualTo(12_000);
        assertThat(PackedDecimal.toString(state.book().book().bids().price(0))).isEqualTo("99.5");
        assertThat(requireNonNull(state.book()).book().asks().size()).isEqualTo(1);
        assertThat(requireNonNull(state.features()).values()).isEqualTo(Map.of("mid", "99.75"));
        assertThat(requireNonNull(state.features()).asOfUpdateId()).isEqualTo(3);
        assertThat(state.lostUpdates()).containsExactly("5..6", "9..9");
        assertThat(state.lostTrades()).isEmpty();
        assertThat(state.partialBars()).containsExactly("1000");
        assertThat(state.warmingUp()).containsExactly("ofi");
    }

    @Test
    void whatIsNotThereIsNull() {
        LiveState state = reader.read();

        assertThat(state.generation()).isEmpty();
        assertThat(reader.generation()).isEmpty();
        assertThat(state.book()).isNull();
        assertThat(state.isWhole()).isFalse();
    }

    @Test
    void marksFlagAndForeignGenerationAreTold() {
        state("", 3);
        jedis.hset(NAMES.live(Family.BOOK), Map.of("suspectFrom", "4", "suspectAt", "77"));
        jedis.hset(NAMES.live(Family.BARS_5S), "suspectAt", "78");
        jedis.hset(NAMES.live(Family.FEATURES), "gen", "2-run.1");
        jedis.hset(NAMES.live(Family.META), "kind", "revert");
        jedis.set(NAMES.flag(), "run.2");
        LiveState state = reader.read();

        assertThat(requireNonNull(state.book()).suspicion()).isEqualTo(new Suspicion(4L, Instant.ofEpochMilli(77)));
        assertThat(requireNonNull(state.bars1s()).suspicion()).isNull();
        assertThat(requireNonNull(state.bars5s()).suspicion()).isEqualTo(new Suspicion(null, Instant.ofEpochMilli(78)));
        assertThat(state.isSuspect()).isTrue();
        assertThat(state.recovering()).isTrue();
        assertThat(state.isRevert()).isTrue();
        assertThat(state.others()).containsExactly(NAMES.live(Family.FEATURES));
        assertThat(state.isWhole()).isFalse();
    }

    @Test
    void whatCannotBeReadIsNamed() {
        state("", 3);
        jedis.hset(NAMES.live(Family.BOOK), "b:1e9", "1");
        assertThatThrownBy(() -> reader.read())
                .isInstanceOf(UnreadableStateException.class)
                .hasMessageContaining("ob:BTCUSDT, field b:1e9");
        jedis.hdel(NAMES.live(Family.BOOK), "b:1e9", "lastUpdateId");
        assertThatThrownBy(() -> reader.read()).hasMessageContaining("lastUpdateId");
        jedis.hset(NAMES.live(Family.BOOK), "lastUpdateId", "4");
        jedis.hset(NAMES.live(Family.BARS_1S), "1000", "{}");
        assertThatThrownBy(() -> reader.read()).hasMessageContaining("tr:BTCUSDT:1s, field 1000");
    }

    @Test
    void recentBarsOnly() {
        state("", 0);
        LiveBarsWriter bars = opened(
                LiveBarsWriter.withoutJournal(connections(), NAMES, InstantSource.system(), Duration.ofHours(1)));
        for (long id = 1; id <= 13; id++) {
            bars.write(List.of(new Trade(id, id, BigDecimal.TEN, new BigDecimal("0.1"), id * 1_000, false)));
        }

        assertThat(requireNonNull(reader.read().bars1s()).bars()).hasSize(13);
        LiveState recent = reader.readRecent(Duration.ofSeconds(3));
        assertThat(requireNonNull(recent.bars1s()).bars().keySet())
                .containsExactly(9_000L, 10_000L, 11_000L, 12_000L, 13_000L);
        assertThat(requireNonNull(recent.bars5s()).bars().keySet()).containsExactly(5_000L, 10_000L);
        assertThat(requireNonNull(recent.bars1s()).lastTradeId()).isEqualTo(13);
        assertThat(recent.isWhole()).isTrue();
    }

    @Test
    void goesOnAfterTheServerWasAway() {
        state("", 3);
        reader.read();
        redis.kill();
        redis.restart();
        jedis = opened(new Jedis(redis.uri()));
        state("", 4);

        assertThat(reader.generation()).isEqualTo("4-run.1");
    }

    @Test
    void neverMixedWhileCutOversPass() throws Exception {
        state("", 1);
        Thread cutOvers = new Thread(() -> {
            for (long n = 2; n <= 300; n++) {
                cutOver(n);
            }
        });
        cutOvers.start();
        long seen = 1;
        int reads = 0;
        for (boolean over = false; !over; reads++) {
            over = !cutOvers.isAlive();
            LiveState state = reader.read();
            long n = requireNonNull(state.book()).book().lastUpdateId();
            assertThat(state.isWhole()).isTrue();
            assertThat(state.generation()).isEqualTo(n + "-run.1");
            assertThat(requireNonNull(state.bars5s()).lastTradeId()).isEqualTo(n);
            assertThat(n).isGreaterThanOrEqualTo(seen);
            seen = n;
        }
        assertThat(seen).isEqualTo(300);
        assertThat(reads).isGreaterThan(1);
    }

    @Test
    void eachCutOverIsToldAtOnceAndAMissedOneLater() throws Exception {
        state("", 1);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        opened(CutOverNotices.start(connections(), NAMES, Duration.ofMillis(50), told::add));
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("1-run.1");
        cutOver(2);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("2-run.1");

        redis.kill();
        redis.restart();
        jedis = opened(new Jedis(redis.uri()));
        state("", 5); // nobody publishes it
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("5-run.1");
        cutOver(6);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("6-run.1");
        assertThat(told).isEmpty();
    }

    /** Messages and looks come on two threads; a message that was under way when the look came is older. */
    @Test
    void anOlderMessageDoesNotTakeTheGenerationBack() throws Exception {
        state("", 5);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        opened(CutOverNotices.start(connections(), NAMES, Duration.ofHours(1), told::add));
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("5-run.1");
        while (requireNonNull(jedis.pubsubNumSub(NAMES.channel()).get(NAMES.channel())) == 0) {
            Thread.onSpinWait();
        }
        jedis.publish(NAMES.channel(), "4-run.1");
        cutOver(6);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("6-run.1");
    }

    /** What only a failover does. */
    @Test
    void aGenerationThatFellBackIsToldByALook() throws Exception {
        state("", 5);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        opened(CutOverNotices.start(connections(), NAMES, Duration.ofMillis(50), told::add));
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("5-run.1");
        state("", 4);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("4-run.1");
    }

    /** With a rhythm of an hour only the channel can tell. */
    @Test
    void theChannelAloneTells() throws Exception {
        state("", 1);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        opened(CutOverNotices.start(connections(), NAMES, Duration.ofHours(1), told::add));
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("1-run.1");
        while (requireNonNull(jedis.pubsubNumSub(NAMES.channel()).get(NAMES.channel())) == 0) {
            Thread.onSpinWait();
        }
        cutOver(2);
        assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("2-run.1");
    }
}
