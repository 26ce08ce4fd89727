package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.WriteOutcome.Missing;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

class LiveBookWriterTest extends OnRedis {
    private static final String BOOK = NAMES.live(Family.BOOK);

    @BeforeEach
    void liveBookAtZero() {
        jedis.hset(BOOK, "lastUpdateId", "0");
        jedis.hset(BOOK, "gen", "1-x");
    }

    private LiveBookWriter writer() {
        return opened(LiveBookWriter.withJournal(
                connections(), NAMES, Journal.diffs(NAMES, Duration.ofMinutes(10)), InstantSource.system()));
    }

    private LiveBookWriter forgetfulWriter() {
        return opened(LiveBookWriter.withoutJournal(connections(), NAMES, InstantSource.system()));
    }

    private static DepthUpdate update(long first, long last) {
        return new DepthUpdate(
                first,
                last,
                last,
                new PriceLevels.Builder()
                        .add(PackedDecimal.parse("100"), PackedDecimal.parse(Long.toString(last)))
                        .build(),
                PriceLevels.EMPTY);
    }

    private static List<DepthUpdate> updates(long... ids) {
        List<DepthUpdate> updates = new ArrayList<>();
        for (long id : ids) {
            updates.add(update(id, id));
        }
        return updates;
    }

    private long id() {
        return Long.parseLong(jedis.hget(BOOK, "lastUpdateId"));
    }

    /** What a cut-over does to a writer's key: another book, further on, without a mark. */
    private void cutOver(long id) {
        jedis.hset(BOOK, "lastUpdateId", Long.toString(id));
        jedis.hset(BOOK, "gen", "2-y");
        jedis.hdel(BOOK, "suspectFrom", "suspectAt");
    }

    @Test
    void appendsThenApplies() {
        WriteOutcome outcome = writer().write(updates(1, 2, 3));

        assertThat(outcome).isEqualTo(new WriteOutcome(Verdict.APPLIED, 3L, 3, null, 0, null));
        assertThat(jedis.xlen(NAMES.diffs())).isEqualTo(3);
        assertThat(jedis.hget(BOOK, "b:100")).isEqualTo("3");
        assertThat(jedis.hget(BOOK, "gen")).isEqualTo("1-x");
    }

    @Test
    void whatWasThereAlreadyIsNothingNew() {
        LiveBookWriter writer = writer();
        writer.write(updates(1, 2));

        assertThat(writer.write(updates(2, 1)).verdict()).isEqualTo(Verdict.STALE);
        assertThat(id()).isEqualTo(2);
    }

    @Test
    void saysWhatIsMissingUpToTheEventInHand() {
        LiveBookWriter writer = writer();
        writer.write(updates(1));
        WriteOutcome outcome = writer.write(List.of(update(4, 9)));

        assertThat(outcome.verdict()).isEqualTo(Verdict.GAP);
        assertThat(outcome.missing()).isEqualTo(new Missing(2L, 9));
        assertThat(jedis.hget(BOOK, "suspectFrom")).isEqualTo("2");
        assertThat(writer.catchUp().missing()).as("said again").isEqualTo(new Missing(2L, 9));
    }

    @Test
    void goesOnFromTheJournalAfterACutOver() {
        LiveBookWriter writer = writer();
        writer.write(updates(1, 4, 5, 6));
        cutOver(4);

        assertThat(writer.catchUp()).isEqualTo(new WriteOutcome(Verdict.APPLIED, 6L, 2, null, 0, null));
        assertThat(jedis.hexists(BOOK, "suspectFrom")).isFalse();
    }

    @Test
    void journalsButDoesNotApplyWhileAHoldStands() {
        LiveBookWriter writer = writer();
        writer.write(updates(1));
        jedis.set(NAMES.hold(), "somebody");

        WriteOutcome held = writer.write(updates(2));
        assertThat(held.verdict()).isEqualTo(Verdict.HELD);
        assertThat(held.missing()).isNull();
        assertThat(id()).isEqualTo(1);
        assertThat(jedis.xlen(NAMES.diffs())).isEqualTo(2);

        jedis.del(NAMES.hold());
        assertThat(writer.catchUp()).isEqualTo(new WriteOutcome(Verdict.APPLIED, 2L, 1, null, 0, null));
    }

    @Test
    void aWriterThatDiedBetweenAppendingAndApplyingIsMadeUpFor() {
        try (Jedis other = new Jedis(redis.host(), redis.port())) {
            Journal.diffs(NAMES, Duration.ofMinutes(10)).append(other.getConnection(), updates(1, 2));
        }

        assertThat(writer().catchUp()).isEqualTo(new WriteOutcome(Verdict.APPLIED, 2L, 2, null, 0, null));
    }

    /** Nothing in hand, nothing applied: the journal alone shows the gap, and in a quiet market nobody else would tell. */
    @Test
    void aRestartedWriterSaysWhatTheJournalShows() {
        try (Jedis other = new Jedis(redis.host(), redis.port())) {
            Journal.diffs(NAMES, Duration.ofMinutes(10)).append(other.getConnection(), List.of(update(2, 3)));
        }

        WriteOutcome outcome = writer().catchUp();
        assertThat(outcome.verdict()).isEqualTo(Verdict.GAP);
        assertThat(outcome.missing()).isEqualTo(new Missing(1L, 3));
        assertThat(jedis.hget(BOOK, "suspectFrom")).isEqualTo("1");
    }

    @Test
    void noticesWhatAFailoverTookBack() {
        LiveBookWriter writer = writer();
        writer.write(updates(1, 2, 3, 4, 5));
        jedis.hset(BOOK, "lastUpdateId", "3");
        jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");

        assertThat(writer.catchUp().verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(writer.catchUp()).isEqualTo(new WriteOutcome(Verdict.APPLIED, 5L, 2, null, 0, null));
    }

    @Test
    void andSaysSoWhenTheJournalWentWithIt() {
        LiveBookWriter writer = writer();
        writer.write(updates(1, 2, 3, 4, 5));
        jedis.hset(BOOK, "lastUpdateId", "3");
        jedis.del(NAMES.diffs());
        jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");
        writer.catchUp();

        assertThat(writer.catchUp().missing()).isEqualTo(new Missing(4L, 5));
    }

    @Test
    void twoWritersOfOneJournalSeeNoGapThatIsNone() {
        LiveBookWriter one = writer();
        LiveBookWriter other = writer();
        one.write(updates(1));
        other.write(updates(1));
        WriteOutcome early = other.write(updates(3)); // its 2 is still on its way
        assertThat(early.verdict()).isEqualTo(Verdict.GAP);

        assertThat(one.write(updates(2)).verdict()).isEqualTo(Verdict.APPLIED);
        assertThat(one.catchUp().isWhole()).isTrue();
        assertThat(id()).isEqualTo(3);
        assertThat(other.catchUp().isWhole()).isTrue();
    }

    @Test
    void thereIsNothingToGoOnFrom() {
        jedis.del(BOOK);
        WriteOutcome outcome = writer().write(updates(7, 8));

        assertThat(outcome.verdict()).isEqualTo(Verdict.ABSENT);
        assertThat(outcome.missing()).isEqualTo(new Missing(null, 8));
        assertThat(jedis.exists(BOOK)).isFalse();
    }

    @Test
    void withoutAJournalItKeepsWhatItCannotApply() {
        LiveBookWriter writer = forgetfulWriter();
        writer.write(updates(1));
        assertThat(writer.write(updates(4)).missing()).isEqualTo(new Missing(2L, 4));
        assertThat(writer.write(updates(6, 5)).missing()).isEqualTo(new Missing(2L, 6));
        cutOver(4);

        assertThat(writer.catchUp()).isEqualTo(new WriteOutcome(Verdict.APPLIED, 6L, 2, null, 0, null));
        assertThat(jedis.exists(NAMES.diffs())).isFalse();
    }

    @Test
    void whatItCannotKeepIsTold() {
        LiveBookWriter writer = forgetfulWriter();
        List<DepthUpdate> many = new ArrayList<>();
        for (long id = 10; id < 10 + LiveWriter.KEPT + 5; id++) {
            many.add(update(id, id));
        }

        assertThat(writer.write(many).lost()).isEqualTo(5);
    }

    @Test
    void nothingIsLostWhileRedisIsAway() {
        LiveBookWriter writer = writer();
        writer.write(updates(1));
        redis.kill();
        assertThat(writer.write(updates(2)).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(writer.write(updates(3)).failure()).isNotNull();
        redis.restart();
        jedis = opened(new Jedis(redis.host(), redis.port()));
        jedis.hset(BOOK, "lastUpdateId", "1"); // it came back with nothing

        assertThat(writer.catchUp()).isEqualTo(new WriteOutcome(Verdict.APPLIED, 3L, 2, null, 0, null));
    }

    @Test
    void aDoubtIsMarkedAndTakenAwayByTheNextUpdate() {
        LiveBookWriter writer = writer();
        writer.write(updates(1));
        writer.doubt();
        assertThat(jedis.hexists(BOOK, "suspectAt")).isTrue();
        assertThat(jedis.hexists(BOOK, "suspectFrom")).isFalse();

        writer.write(updates(2));
        assertThat(jedis.hexists(BOOK, "suspectAt")).isFalse();
    }

    /** Two writers, each with losses, repetitions, disorder and cut connections of its own: the book is what the exchange had. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverBefallsTwoWriters(long seed) {
        Random random = new Random(seed);
        List<DepthUpdate> truth = new ArrayList<>();
        for (long id = 0; truth.size() < 300; ) {
            long last = id + 1 + random.nextInt(3);
            truth.add(update(id + 1, last));
            id = last;
        }
        List<LiveBookWriter> writers = List.of(writer(), writer());
        int[] at = {0, 0};
        while (at[0] < truth.size() || at[1] < truth.size()) {
            int who = random.nextInt(2);
            List<DepthUpdate> heard = new ArrayList<>();
            for (int n = random.nextInt(5); n > 0 && at[who] < truth.size(); n--) {
                DepthUpdate next = truth.get(at[who]++);
                boolean lost = random.nextInt(20) == 0;
                for (int times = lost ? 0 : 1 + random.nextInt(2); times > 0; times--) {
                    heard.add(random.nextInt(heard.size() + 1), next);
                }
            }
            if (random.nextInt(25) == 0) {
                jedis.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal");
            }
            WriteOutcome outcome = writers.get(who).write(heard);
            long before = id();
            if (outcome.missing() != null && random.nextInt(10) == 0) {
                // Somebody recovers: another book, of an id between two updates or in the midst of one.
                cutOver(Math.max(before, outcome.missing().upTo()));
            }
            assertThat(id()).isGreaterThanOrEqualTo(before);
        }
        for (int i = 0; i < 5; i++) {
            for (LiveBookWriter writer : writers) {
                WriteOutcome outcome = writer.catchUp();
                if (outcome.missing() != null) {
                    cutOver(outcome.missing().upTo());
                }
            }
        }
        assertThat(writers).allMatch(writer -> writer.catchUp().isWhole());
        assertThat(jedis.hexists(BOOK, "suspectFrom")).isFalse();
    }
}
