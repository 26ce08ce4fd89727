package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

class JournalTest extends OnRedis {
    private static final Duration LONG = Duration.ofMinutes(10);
    private final Journal<DepthUpdate> diffs = Journal.diffs(NAMES, LONG);
    private Connection connection;

    @BeforeEach
    void useItsConnection() {
        connection = jedis.getConnection();
    }

    private Object call(String command, String... arguments) {
        connection.sendCommand(Command.valueOf(command), arguments);
        return connection.getOne();
    }

    private static DepthUpdate update(long first, long last) {
        PriceLevels bids = new PriceLevels.Builder()
                .add(PackedDecimal.parse("61837.63"), PackedDecimal.parse("0.5"))
                .add(PackedDecimal.parse("61837.6"), PackedDecimal.parse("0"))
                .build();
        return new DepthUpdate(first, last, 1_700_000_000_000L + last, bids, PriceLevels.EMPTY);
    }

    private void append(long... ids) {
        for (long id : ids) {
            diffs.append(connection, List.of(update(id, id)));
        }
    }

    private static List<Long> ids(Continuation<DepthUpdate> found) {
        return found.events().stream().map(DepthUpdate::finalUpdateId).toList();
    }

    @Test
    void givesBackWhatWasAppended() {
        Trade trade = new Trade(7, 7, new BigDecimal("61837.63"), new BigDecimal("0.5"), 1_700_000_000_000L, true);
        Journal<Trade> trades = Journal.trades(NAMES, LONG);
        trades.append(connection, List.of(trade));
        diffs.append(connection, List.of(update(1, 4), update(5, 5)));

        assertThat(trades.tail().after(connection, 6).events()).containsExactly(trade);
        assertThat(diffs.tail().after(connection, 0).events()).containsExactly(update(1, 4), update(5, 5));
    }

    @Test
    void saysWhetherThereIsOne() {
        JournalTail<DepthUpdate> tail = diffs.tail();
        Continuation<DepthUpdate> none = tail.after(connection, 5);
        assertThat(tail.isEmpty()).isTrue();
        assertThat(none.isWhole()).isTrue();
        assertThat(none.journalEnd()).isNull();

        append(1);
        tail.after(connection, 5);
        assertThat(tail.isEmpty()).isFalse();
    }

    @Test
    void continuesFromTheMidstOfAnUpdate() {
        diffs.append(connection, List.of(update(1, 4), update(5, 9), update(10, 10)));

        Continuation<DepthUpdate> found = diffs.tail().after(connection, 6);
        assertThat(ids(found)).containsExactly(9L, 10L);
        assertThat(found.end()).isEqualTo(10);
        assertThat(found.journalEnd()).isEqualTo(10);
    }

    @Test
    void goesByIdsNotByArrival() {
        append(3, 1, 2, 2, 5, 4, 1); // two writers, one of them late

        assertThat(ids(diffs.tail().after(connection, 0))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void endsAtAHole() {
        append(1, 2, 5, 6);

        Continuation<DepthUpdate> found = diffs.tail().after(connection, 0);
        assertThat(ids(found)).containsExactly(1L, 2L);
        assertThat(found.isWhole()).isFalse();
        assertThat(found.reaches()).isTrue();
        assertThat(found.nextFirst()).isEqualTo(5);
        assertThat(found.beyond()).isEqualTo(update(5, 5));
        assertThat(found.journalEnd()).isEqualTo(6);
    }

    @Test
    void saysThatItBeginsLater() {
        append(5, 6);

        Continuation<DepthUpdate> found = diffs.tail().after(connection, 3);
        assertThat(found.events()).isEmpty();
        assertThat(found.reaches()).isFalse();
        assertThat(found.isWhole()).isFalse();
    }

    @Test
    void readsOnFromWhereItWas() {
        JournalTail<DepthUpdate> tail = diffs.tail();
        append(1, 2);
        assertThat(ids(tail.after(connection, 0))).containsExactly(1L, 2L);
        append(4);
        assertThat(tail.after(connection, 2).nextFirst()).isEqualTo(4);
        append(3); // the other writer's, late
        assertThat(ids(tail.after(connection, 2))).containsExactly(3L, 4L);
    }

    @Test
    void readsBackForAnOlderId() {
        JournalTail<DepthUpdate> tail = diffs.tail();
        append(1, 2, 3);
        assertThat(ids(tail.after(connection, 2))).containsExactly(3L);
        assertThat(ids(tail.after(connection, 0))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void noticesAStreamThatFellBack() {
        JournalTail<DepthUpdate> tail = diffs.tail();
        append(1, 2, 3);
        tail.after(connection, 0);
        call("DEL", NAMES.diffs());
        call("XADD", NAMES.diffs(), "1-1", "U", "1", "u", "2", "E", "5", "b", "", "a", "");

        Continuation<DepthUpdate> found = tail.after(connection, 0);
        assertThat(found.end()).isEqualTo(2);
        assertThat(found.journalEnd()).isEqualTo(2);
    }

    /** A new primary's clock may be behind: what it got first then lies before what was read of the old one last. */
    @Test
    void readsAllAgainBeforeItTellsOfAHole() {
        JournalTail<DepthUpdate> tail = diffs.tail();
        call("XADD", NAMES.diffs(), "100-1", "U", "1", "u", "1", "E", "5", "b", "", "a", "");
        tail.after(connection, 0);
        call("DEL", NAMES.diffs());
        call("XADD", NAMES.diffs(), "50-1", "U", "2", "u", "2", "E", "5", "b", "", "a", "");
        call("XADD", NAMES.diffs(), "200-1", "U", "3", "u", "3", "E", "5", "b", "", "a", "");

        assertThat(ids(tail.after(connection, 1))).containsExactly(2L, 3L);
    }

    @Test
    void anEntryThatCannotBeReadIsNotThere() {
        append(1);
        call("XADD", NAMES.diffs(), "*", "U", "2", "u", "2", "E", "5", "b", "61837.63", "a", "");
        append(3);

        Continuation<DepthUpdate> found = diffs.tail().after(connection, 0);
        assertThat(ids(found)).containsExactly(1L);
        assertThat(found.nextFirst()).isEqualTo(3);
        assertThat(found.unreadable()).contains(NAMES.diffs(), "b: expected prices and quantities in turns");
    }

    @Test
    void trimsByTimeOfTheServer() {
        Journal<DepthUpdate> brief = Journal.diffs(NAMES, Duration.ofMillis(1));
        call("XADD", NAMES.diffs(), "1-1", "U", "1", "u", "1", "E", "5", "b", "", "a", "");
        for (long id = 2; id < 300; id++) {
            brief.append(connection, List.of(update(id, id)));
        }

        Continuation<DepthUpdate> found = diffs.tail().after(connection, 0);
        assertThat(found.reaches()).isFalse();
        assertThat(found.journalEnd()).isEqualTo(299);
    }

    /** Any order within the writers' reach, any repetitions, any pages: what continues is what a plain reading says. */
    @Test
    void findsWhatContinuesInAnyDisorder() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            call("FLUSHALL");
            List<DepthUpdate> truth = new ArrayList<>();
            long id = 0;
            while (truth.size() < 900) {
                long last = id + 1 + random.nextInt(4);
                truth.add(update(id + 1, last));
                id = last;
            }
            long lost = 100 + random.nextInt(700);
            List<DepthUpdate> arriving = new ArrayList<>();
            for (int i = 0; i < truth.size(); i++) {
                for (int times = 1 + random.nextInt(2); i != lost && times > 0; times--) {
                    arriving.add(truth.get(i));
                }
            }
            for (int i = 0; i + 10 < arriving.size(); i += 10) {
                Collections.shuffle(arriving.subList(i, i + 10), random);
            }
            JournalTail<DepthUpdate> tail = diffs.tail();
            long at = 0;
            int sent = 0;
            while (sent < arriving.size()) {
                int next = Math.min(arriving.size(), sent + 1 + random.nextInt(60));
                diffs.append(connection, arriving.subList(sent, next));
                sent = next;
                at = random.nextInt(4) == 0 ? tail.after(connection, at).end() : at;
            }
            long end = tail.after(connection, at).end();

            assertThat(end).as("seed %d", seed).isEqualTo(truth.get((int) lost).firstUpdateId() - 1);
            assertThat(ids(diffs.tail().after(connection, 0)))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(LongStream.range(0, lost)
                            .map(i -> truth.get((int) i).finalUpdateId())
                            .boxed()
                            .toList());
        }
    }
}
