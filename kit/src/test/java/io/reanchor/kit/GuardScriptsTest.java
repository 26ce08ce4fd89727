package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** The scripts as any language calls them: each outcome that their heads state. */
class GuardScriptsTest extends OnRedis {
    private static final String BOOK = NAMES.live(Family.BOOK);
    private static final String STAGED = NAMES.staged(Family.BOOK);
    private static final String ONES = NAMES.live(Family.BARS_1S);
    private static final String FIVES = NAMES.live(Family.BARS_5S);
    private static final String FEATURES = NAMES.live(Family.FEATURES);

    @BeforeEach
    void liveState() {
        jedis.hset(BOOK, Map.of("lastUpdateId", "10", "eventTime", "1", "gen", "1-a.1", "b:99.5", "2", "a:100", "1"));
        jedis.hset(ONES, Map.of("lastTradeId", "7", "gen", "1-a.1", "1000", "one"));
        jedis.hset(FIVES, Map.of("lastTradeId", "7", "gen", "1-a.1", "0", "five"));
        jedis.hset(FEATURES, Map.of("gen", "1-a.1", "asOfUpdateId", "9", "asOfTradeId", "6", "mid", "99", "old", "x"));
    }

    private List<String> book(String... updates) {
        return live("book", List.of(BOOK, NAMES.hold()), updates);
    }

    private List<String> bars(String... arguments) {
        return live("bars", List.of(ONES, FIVES, NAMES.hold()), arguments);
    }

    private List<String> live(String script, List<String> keys, String... arguments) {
        List<String> all = new ArrayList<>(List.of("", "", "", "5000"));
        all.addAll(List.of(arguments));
        return run(jedis, script, keys, all.toArray(String[]::new));
    }

    @Test
    void aBatchGoesAsFarAsItFollows() {
        assertThat(book(
                        "8", "10", "2", "0", "11", "12", "3", "2", "b:99.5", "0", "a:100", "0.25", "14", "15", "4", "1",
                        "a:101", "9"))
                .containsExactly("GAP", "12", "2", "1");
        assertThat(jedis.hgetAll(BOOK))
                .isEqualTo(Map.of(
                        "lastUpdateId",
                        "12",
                        "eventTime",
                        "3",
                        "gen",
                        "1-a.1",
                        "a:100",
                        "0.25",
                        "suspectFrom",
                        "13",
                        "suspectAt",
                        "5000"));
    }

    @Test
    void anUpdateThatStraddlesTheBooksIdContinuesIt() {
        assertThat(book("9", "11", "2", "1", "b:98", "4")).containsExactly("APPLIED", "11", "1", "1");
        assertThat(book("9", "11", "2", "1", "b:98", "5")).containsExactly("STALE", "11", "1", "0");
        assertThat(jedis.hget(BOOK, "b:98")).isEqualTo("4");
    }

    /** Another write would wake the cut-over that WATCHes the book. */
    @Test
    void aGapThatIsKnownIsNotWrittenAgain() {
        book("12", "12", "2", "0");
        jedis.watch(BOOK);
        try (var other = new Jedis(redis.uri())) {
            assertThat(run(other, "book", List.of(BOOK, NAMES.hold()), "", "", "", "6000", "13", "13", "2", "0")
                            .get(0))
                    .isEqualTo("GAP");
        }
        var transaction = jedis.multi();
        transaction.get(NAMES.flag());
        assertThat(transaction.exec()).isNotNull();
        assertThat(jedis.hmget(BOOK, "suspectFrom", "suspectAt")).containsExactly("11", "5000");
    }

    @Test
    void heldOrAbsentNothingIsDone() {
        jedis.set(NAMES.hold(), "a.1");
        Map<String, String> before = jedis.hgetAll(BOOK);
        assertThat(book("11", "11", "2", "1", "b:98", "4")).containsExactly("HELD", "10", "0", "0");
        assertThat(bars("8", "8", "7", "7", "0")).containsExactly("HELD", "7", "7");
        assertThat(jedis.hgetAll(BOOK)).isEqualTo(before);
        jedis.del(NAMES.hold(), BOOK, FIVES);
        assertThat(book("11", "11", "2", "1", "b:98", "4")).containsExactly("ABSENT", "", "0", "0");
        assertThat(bars("8", "8", "7", "", "0")).containsExactly("ABSENT", "7", "");
        assertThat(jedis.exists(BOOK)).isFalse();
    }

    @Test
    void aStagedBookIsItsOwnersUnderTheFlagOnly() {
        jedis.hset(STAGED, Map.of("lastUpdateId", "20", "owner", "b.1:1", "seq", "3"));
        jedis.set(NAMES.hold(), "b.1"); // of no concern to who stages
        List<String> keys = List.of(STAGED, NAMES.flag());
        assertThat(run(jedis, "book", keys, "b.1", "b.1:1", "60000", "1", "21", "21", "2", "0"))
                .containsExactly("FLAG", "");
        jedis.set(NAMES.flag(), "b.1");
        assertThat(run(jedis, "book", keys, "b.1", "b.1:2", "60000", "1", "21", "21", "2", "0"))
                .containsExactly("OWNER", STAGED, "b.1:1", "3");
        assertThat(run(jedis, "book", keys, "b.1", "b.1:1", "60000", "1", "21", "21", "2", "1", "b:1", "1"))
                .containsExactly("APPLIED", "21", "1", "1");
        assertThat(run(jedis, "book", keys, "b.1", "b.1:1", "60000", "1", "30", "30", "2", "0")
                        .get(0))
                .isEqualTo("GAP");
        assertThat(jedis.hgetAll(STAGED))
                .as("no mark goes live with it")
                .isEqualTo(Map.of("lastUpdateId", "21", "eventTime", "2", "owner", "b.1:1", "seq", "3", "b:1", "1"));
        assertThat(jedis.pttl(STAGED)).isBetween(1L, 60_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 2 1 b:98.50 1",
                "11 11 2 1 b:98 1.0",
                "11 11 2 1 b:.5 1",
                "11 11 2 1 b:07 1",
                "11 11 2 1 b:98 -1",
                "11 11 2 1 b:1e3 1",
                "11 11 2 1 c:98 1",
                "11 11 2 1 98 1",
                "11 11 2 2 b:98 1",
                "12 11 2 0",
                "11 x 2 0",
                "11 9007199254740992 2 0",
                "11 11 2",
                "11 11 2 0 12"
            })
    void whatIsMalformedChangesNothing(String update) {
        Map<String, String> before = jedis.hgetAll(BOOK);
        String[] second = ("11 11 2 1 b:98 4 " + update.replace("11 11", "12 12")).split(" ");
        assertThatThrownBy(() -> book(update.split(" "))).isInstanceOf(JedisDataException.class);
        if (!update.startsWith("12")) {
            assertThatThrownBy(() -> book(second)).isInstanceOf(JedisDataException.class);
        }
        assertThat(jedis.hgetAll(BOOK)).isEqualTo(before);
    }

    @Test
    void barsAreWrittenWhileTheyAreAsRead() {
        assertThat(bars("8", "9", "7", "7", "1", "1000", "one", "ONE", "0", "five", "FIVE"))
                .containsExactly("APPLIED", "9", "9");
        assertThat(bars("8", "9", "9", "9", "0")).containsExactly("STALE", "9", "9");
        assertThat(bars("10", "10", "7", "9", "0")).as("the id isn't as read").containsExactly("MOVED", "9", "9");
        assertThat(bars("10", "10", "9", "9", "1", "1000", "one", "x", "0", "FIVE", "y"))
                .as("a bar isn't as read")
                .containsExactly("MOVED", "9", "9");
        assertThat(bars("10", "10", "9", "9", "1", "1000", "ONE", "x", "0", "five", "five"))
                .as("one that is only looked at isn't as read")
                .containsExactly("MOVED", "9", "9");
        assertThat(jedis.hget(ONES, "1000")).isEqualTo("ONE");
        assertThat(bars("10", "10", "9", "9", "2", "1000", "ONE", "", "2000", "", "two", "0", "FIVE", "FIVE"))
                .containsExactly("APPLIED", "10", "10");
        assertThat(jedis.hgetAll(ONES)).isEqualTo(Map.of("lastTradeId", "10", "gen", "1-a.1", "2000", "two"));
        assertThat(bars("12", "12", "10", "10", "0")).containsExactly("GAP", "10", "10");
        assertThat(jedis.hget(ONES, "suspectFrom")).isEqualTo("11");
        assertThat(bars("11", "12", "10", "10", "0")).containsExactly("APPLIED", "12", "12");
        assertThat(jedis.hexists(FIVES, "suspectFrom")).isFalse();
    }

    @Test
    void silenceMarksOnlyWhatIsStillThere() {
        assertThat(suspect("11")).as("it has moved on").isZero();
        assertThat(suspect("10")).isEqualTo(1);
        assertThat(suspect("10")).as("once").isZero();
        jedis.del(BOOK);
        assertThat(suspect("")).isZero();
        assertThat(jedis.exists(BOOK)).isFalse();
    }

    private long suspect(String id) {
        return (Long) jedis.eval(source("suspect"), List.of(BOOK), List.of("1", id));
    }

    private static String source(String name) {
        try (var in = BookGuard.class.getResourceAsStream(name + ".lua")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LiveFeatures.Written features(String generation, long update, long trade) {
        return new LiveFeatures(NAMES).write(jedis.getConnection(), generation, update, trade, Map.of("mid", "99.75"));
    }

    @Test
    void featuresBelongToTheirBook() {
        assertThat(features("1-a.1", 10, 7)).isEqualTo(LiveFeatures.Written.APPLIED);
        assertThat(jedis.hgetAll(FEATURES))
                .as("and none is left of what was there")
                .isEqualTo(Map.of("gen", "1-a.1", "asOfUpdateId", "10", "asOfTradeId", "7", "mid", "99.75"));
        assertThat(features("1-a.1", 9, 7)).isEqualTo(LiveFeatures.Written.STALE);
        assertThat(features("1-a.1", 11, 7)).isEqualTo(LiveFeatures.Written.AHEAD);
        assertThat(features("1-a.1", 10, 8)).isEqualTo(LiveFeatures.Written.AHEAD);
        jedis.hset(BOOK, "gen", "2-b.1");
        assertThat(features("1-a.1", 10, 7)).isEqualTo(LiveFeatures.Written.GEN);
        assertThat(features("2-b.1", 10, 7)).as("the bars are of another still").isEqualTo(LiveFeatures.Written.GEN);
        assertThat(jedis.hget(FEATURES, "gen")).isEqualTo("1-a.1");
        assertThatThrownBy(() ->
                        new LiveFeatures(NAMES).write(jedis.getConnection(), "1-a.1", 10, 7L, Map.of("gen", "9-x.1")))
                .hasMessageContaining("feature \"gen\"");
    }
}
