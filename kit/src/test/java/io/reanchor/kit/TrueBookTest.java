package io.reanchor.kit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Protocol.Command;

/** Whatever befalls the writers, the live book is, level by level, what the exchange's was at that id. */
class TrueBookTest extends OnRedis {
    private static final int UPDATES = 200;

    private final List<DepthUpdate> feed = new ArrayList<>();
    private final TreeMap<Long, OrderBook> truth = new TreeMap<>();
    private LiveStateReader reader;

    @BeforeEach
    void reader() {
        reader = opened(new LiveStateReader(connections(), NAMES));
    }

    private void market(Random random) {
        OrderBook book = OrderBook.of(new DepthSnapshot(0, levels(random, 10, 90), levels(random, 10, 101)), 1);
        truth.put(0L, book.copy());
        for (long id = 0; feed.size() < UPDATES; ) {
            long last = id + 1 + random.nextInt(3);
            DepthUpdate update = new DepthUpdate(
                    id + 1,
                    last,
                    1_000 + last,
                    levels(random, random.nextInt(6), 90),
                    levels(random, random.nextInt(6), 101));
            book.apply(update);
            feed.add(update);
            truth.put(last, book.copy());
            id = last;
        }
    }

    /** One of ten prices from here on, each once; a third of the quantities takes the level away. */
    private static PriceLevels levels(Random random, int count, int from) {
        PriceLevels.Builder levels = new PriceLevels.Builder();
        int at = random.nextInt(10);
        for (int i = 0; i < count; i++) {
            long quantity = count == 10 || random.nextInt(3) > 0 ? PackedDecimal.of(1 + random.nextInt(999), 3) : 0;
            levels.add(PackedDecimal.of((from + (at + i) % 10) * 10L + 5, 1), quantity);
        }
        return levels.build();
    }

    private LiveBookWriter writer(boolean journal) {
        return opened(
                journal
                        ? LiveBookWriter.withJournal(
                                connections(),
                                NAMES,
                                Journal.diffs(NAMES, Duration.ofMinutes(10)),
                                InstantSource.system())
                        : LiveBookWriter.withoutJournal(connections(), NAMES, InstantSource.system()));
    }

    private OrderBook at(long id) {
        return requireNonNull(truth.get(id));
    }

    private long assertTrue(long atLeast) {
        OrderBook live = requireNonNull(reader.read().book()).book();
        assertThat(live.lastUpdateId()).isGreaterThanOrEqualTo(atLeast);
        assertThat(live.digest()).isEqualTo(at(live.lastUpdateId()).digest());
        assertThat(live.bids().size()).isEqualTo(at(live.lastUpdateId()).bids().size());
        return live.lastUpdateId();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "2,true", "3,true", "4,false", "5,false", "6,false"})
    void whateverBefallsTwoWriters(long seed, boolean journal) {
        Random random = new Random(seed);
        market(random);
        List<LiveBookWriter> writers = new ArrayList<>(List.of(writer(journal), writer(journal)));
        writers.get(0).resync(at(0));
        int[] at = {0, 0};
        long id = 0;
        while (at[0] < UPDATES || at[1] < UPDATES) {
            int who = random.nextInt(2);
            List<DepthUpdate> heard = new ArrayList<>();
            for (int n = random.nextInt(5); n > 0 && at[who] < UPDATES; n--) {
                DepthUpdate next = feed.get(at[who]++);
                boolean lost = random.nextInt(12) == 0;
                for (int times = lost ? 0 : 1 + random.nextInt(2); times > 0; times--) {
                    heard.add(random.nextInt(heard.size() + 1), next);
                }
            }
            switch (random.nextInt(30)) {
                case 0 -> jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");
                case 1 -> writers.set(who, writer(journal)); // it dies with all it kept, and starts again
                case 2 -> jedis.set(NAMES.hold(), "x");
                default -> jedis.del(NAMES.hold());
            }
            WriteOutcome outcome = writers.get(who).write(heard);
            if (outcome.missing() != null && random.nextInt(4) == 0) {
                // A snapshot as the exchange may give it: of any id up to now, an old one changes nothing.
                writers.get(who)
                        .resync(truth.floorEntry((long)
                                        random.nextInt((int) outcome.missing().upTo() + 1))
                                .getValue());
            }
            id = assertTrue(id);
        }
        jedis.del(NAMES.hold());
        LiveBookWriter last = writers.get(0);
        last.write(List.of(feed.get(UPDATES - 1)));
        last.write(List.of(feed.get(UPDATES - 1))); // a killed connection costs one
        last.resync(truth.lastEntry().getValue());
        assertThat(assertTrue(id)).isEqualTo(truth.lastKey());
        assertThat(last.catchUp().isWhole()).isTrue();
        assertThat(reader.read().isSuspect()).isFalse();
        assertThat(jedis.keys("ob:*")).as("no new book is left over").containsExactly(NAMES.live(Family.BOOK));
    }

    @Test
    void aResyncGoesOnlyForwardsAndKeepsTheGeneration() {
        market(new Random(1));
        LiveBookWriter writer = writer(true);
        writer.write(feed.subList(0, 60));
        long fifth = feed.get(5).finalUpdateId();
        jedis.hset(NAMES.live(Family.META), "gen", "4-x.1");

        assertThat(writer.resync(at(fifth)).isWhole())
                .as("the journal continues it")
                .isTrue();
        assertThat(assertTrue(fifth)).isEqualTo(feed.get(59).finalUpdateId());
        assertThat(jedis.hget(NAMES.live(Family.BOOK), "gen"))
                .as("of a book that was gone, the receipt's")
                .isEqualTo("4-x.1");
        // A cut-over passes between the snapshot and its resync.
        jedis.hset(NAMES.live(Family.BOOK), "gen", "5-x.1");
        Map<String, String> before = jedis.hgetAll(NAMES.live(Family.BOOK));
        assertThat(writer.resync(at(fifth)).verdict()).isEqualTo(Verdict.STALE);
        assertThat(jedis.hgetAll(NAMES.live(Family.BOOK))).isEqualTo(before);
        assertThat(writer.resync(truth.lastEntry().getValue()).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(jedis.hget(NAMES.live(Family.BOOK), "gen")).isEqualTo("5-x.1");
        assertThat(jedis.pttl(NAMES.live(Family.BOOK))).as("no TTL goes live").isEqualTo(-1);
        jedis.set(NAMES.hold(), "x");
        assertThat(writer.resync(truth.lastEntry().getValue()).verdict()).isEqualTo(Verdict.HELD);
        assertThat(jedis.keys("ob:resync:*")).isEmpty();
    }
}
