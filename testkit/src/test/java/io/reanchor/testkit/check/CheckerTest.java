package io.reanchor.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.check.Event.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A good history is content; each way to spoil it is found, by the invariant that names it. */
class CheckerTest {
    private static final SymbolKeys KEYS = new SymbolKeys("X", false);
    private static final String FIRST = "1-first.1";
    private static final String SECOND = "2-run.1";

    private final List<Event> events = new ArrayList<>();
    private long time;

    private void add(String process, String op, Type type, Object value) {
        events.add(new Event(process, op, type, History.tree(value), ++time));
    }

    private void begin() {
        add("test", "begin", Type.info, Map.of("symbol", "X"));
        read(Map.of());
        dump("begin", FIRST, Map.of());
    }

    private void read(Map<String, Object> instead) {
        read(FIRST, instead);
    }

    private void read(String generation, Map<String, Object> instead) {
        Map<String, Object> value = new TreeMap<>();
        KEYS.live().forEach(key -> value.put(key, key(generation, key)));
        value.putAll(instead);
        add("reader", "read", Type.invoke, Map.of());
        add("reader", "read", Type.ok, value);
    }

    private static Map<String, Object> key(String generation, String name) {
        return new HashMap<>(Map.of("gen", generation, "size", 3, "pttl", -1, "digest", generation + name));
    }

    private static Map<String, Object> with(Map<String, Object> key, String field, Object value) {
        key.put(field, value);
        return key;
    }

    private void dump(String when, String generation, Map<String, Object> besides) {
        Map<String, Object> keys = new TreeMap<>();
        KEYS.live().forEach(key -> keys.put(key, stored(generation, key, -1)));
        if (generation.equals(SECOND)) {
            for (int i = 0; i < KEYS.live().size(); i++) {
                keys.put(KEYS.old().get(i), stored(FIRST, KEYS.live().get(i), 1000));
            }
        }
        keys.put(
                KEYS.meta(),
                with(
                        stored(generation, KEYS.meta(), -1),
                        "fields",
                        Map.of("gen", generation, "previous", generation.equals(SECOND) ? FIRST + ",,," : "")));
        keys.putAll(besides);
        add("dump", "dump", Type.invoke, Map.of("when", when));
        add("dump", "dump", Type.ok, Map.of("when", when, "keys", keys));
    }

    private static Map<String, Object> stored(String generation, String name, long ttl) {
        return new HashMap<>(
                Map.of("type", "hash", "pttl", ttl, "gen", generation, "dump", generation + name, "digest", name));
    }

    private void recover(Type end, String generation) {
        add("recovery", "recover", Type.invoke, Map.of("token", "run.1"));
        add("recovery", "recover", end, Map.of("outcome", "", "generation", generation));
    }

    private List<Invariant> found() {
        return Checker.check(events).stream()
                .map(Violation::invariant)
                .distinct()
                .toList();
    }

    @Test
    void aCutOverThatIsReportedIsFine() {
        begin();
        recover(Type.ok, SECOND);
        read(SECOND, Map.of());
        dump("end", SECOND, Map.of());
        assertThat(found()).isEmpty();
    }

    @Test
    void aRollBackThatLeavesAllAsItWasIsFine() {
        begin();
        recover(Type.fail, "");
        read(Map.of());
        dump("end", FIRST, Map.of());
        assertThat(found()).isEmpty();
    }

    @Test
    void torn() {
        begin();
        read(Map.of("feat:X", key(SECOND, "feat:X")));
        assertThat(found()).containsExactly(Invariant.NEVER_TORN);
    }

    @Test
    void missing() {
        begin();
        read(Map.of("feat:X", Map.of()));
        assertThat(found()).containsExactly(Invariant.NEVER_MISSING);
    }

    @Test
    void allMissingIsFineOnlyWhenTheServerLostIt() {
        Map<String, Object> nothing = new HashMap<>();
        KEYS.live().forEach(key -> nothing.put(key, Map.of()));
        begin();
        add("nemesis", "lost", Type.info, Map.of("kept", "nothing"));
        read(nothing);
        assertThat(found()).isEmpty();
        events.removeIf(event -> event.op().equals("lost"));
        assertThat(found()).containsExactly(Invariant.NEVER_MISSING);
    }

    @Test
    void aPartIsMissingThoughTheServerLostSomething() {
        begin();
        add("nemesis", "lost", Type.info, Map.of("kept", "nothing"));
        read(Map.of("feat:X", Map.of()));
        assertThat(found()).containsExactly(Invariant.NEVER_MISSING);
    }

    @Test
    void empty() {
        begin();
        read(Map.of("ob:X", with(key(FIRST, "ob:X"), "size", 0)));
        assertThat(found()).containsExactly(Invariant.NEVER_EMPTY);
    }

    @Test
    void liveWithATtl() {
        begin();
        read(Map.of("ob:X", with(key(FIRST, "ob:X"), "pttl", 1000)));
        assertThat(found()).containsExactly(Invariant.LIVE_FOR_EVER);
    }

    @Test
    void changedWithoutACutOver() {
        begin();
        read(Map.of("ob:X", with(key(FIRST, "ob:X"), "digest", "other")));
        assertThat(found()).containsExactly(Invariant.UNTOUCHED);
    }

    @Test
    void rolledBackButBytesChanged() {
        begin();
        recover(Type.fail, "");
        dump("end", FIRST, Map.of("ob:X", with(stored(FIRST, "ob:X", -1), "dump", "other")));
        assertThat(found()).containsExactly(Invariant.UNTOUCHED);
    }

    @Test
    void backwards() {
        begin();
        recover(Type.ok, SECOND);
        read(SECOND, Map.of());
        read(Map.of());
        assertThat(found()).containsExactly(Invariant.NEVER_BACKWARDS);
    }

    @Test
    void oneNumberTwice() {
        begin();
        read("1-other.1", Map.of());
        assertThat(found()).containsExactly(Invariant.INSTALLED_ONCE);
    }

    @Test
    void oneRecoveryTwice() {
        begin();
        recover(Type.ok, SECOND);
        read(SECOND, Map.of());
        read("3-run.1", Map.of());
        assertThat(found()).containsExactly(Invariant.INSTALLED_ONCE);
    }

    @Test
    void reportedRolledBackButLive() {
        begin();
        recover(Type.fail, "");
        read(SECOND, Map.of());
        assertThat(found()).containsExactly(Invariant.REPORTED_TRULY);
    }

    @Test
    void reportedCommittedButNeverThere() {
        begin();
        recover(Type.ok, SECOND);
        dump("end", FIRST, Map.of());
        assertThat(found()).containsExactly(Invariant.REPORTED_TRULY);
    }

    @Test
    void committedThenLost() {
        begin();
        recover(Type.ok, SECOND);
        read(SECOND, Map.of());
        dump("end", FIRST, Map.of());
        assertThat(found()).containsExactly(Invariant.NEVER_LOST);
        add("nemesis", "lost", Type.info, Map.of("kept", "nothing"));
        assertThat(found()).isEmpty();
    }

    @Test
    void whatAReplicaHadIsLostAtAFailover() {
        begin();
        add("recovery", "recover", Type.invoke, Map.of("token", "run.1"));
        add("recovery", "recover", Type.ok, Map.of("outcome", "", "generation", SECOND, "replicas", 1));
        read(SECOND, Map.of());
        add("nemesis", "lost", Type.info, Map.of("kept", "replicated"));
        dump("end", FIRST, Map.of());
        assertThat(found()).containsExactly(Invariant.NEVER_LOST);
        events.replaceAll(event -> event.is("recover", Type.ok)
                ? new Event(
                        event.process(),
                        event.op(),
                        event.type(),
                        History.tree(Map.of("outcome", "", "generation", SECOND, "replicas", 0)),
                        event.time())
                : event);
        assertThat(found()).isEmpty();
    }

    @Test
    void nobodyKnows() {
        begin();
        recover(Type.info, "");
        assertThat(found()).containsExactly(Invariant.OUTCOME_KNOWN);
        events.remove(events.size() - 1);
        assertThat(found()).containsExactly(Invariant.OUTCOME_KNOWN);
    }

    @Test
    void leftBehind() {
        for (String key : List.of("ob:new:X", "reanchor:X", "reanchor:hold:X", "something")) {
            events.clear();
            begin();
            recover(Type.fail, "");
            dump("settled", FIRST, Map.of(key, stored("", key, 1000)));
            assertThat(found()).as(key).containsExactly(Invariant.NOTHING_LEFT);
        }
    }

    @Test
    void aLateClaimsFlagMayComeBackOnATimer() {
        begin();
        recover(Type.fail, "");
        dump("end", FIRST, Map.of("reanchor:X", stored("", "reanchor:X", 1000)));
        assertThat(found()).isEmpty();
        dump("end", FIRST, Map.of("reanchor:X", stored("", "reanchor:X", -1)));
        assertThat(found()).containsExactly(Invariant.NOTHING_LEFT);
    }

    @Test
    void whatWasReplacedIsntOnATimer() {
        begin();
        recover(Type.ok, SECOND);
        dump("end", SECOND, Map.of("ob:old:X", stored(FIRST, "ob:X", -1)));
        assertThat(found()).containsExactly(Invariant.NOTHING_LEFT);
    }

    @Test
    void contentThatTheExchangeNeverHad() {
        begin();
        add("exchange", "truth", Type.info, Map.of("lastUpdateId", 7, "bids", Map.of("1.0", "2")));
        recover(Type.ok, SECOND);
        Map<String, Object> book =
                with(stored(SECOND, "ob:X", -1), "fields", Map.of("gen", SECOND, "lastUpdateId", "7", "b:1", "2.00"));
        Map<String, Object> features = with(stored(SECOND, "feat:X", -1), "fields", Map.of("asOfUpdateId", "7"));
        dump("end", SECOND, Map.of("ob:X", book, "feat:X", features));
        assertThat(found()).isEmpty();
        book.put("fields", Map.of("gen", SECOND, "lastUpdateId", "7", "b:1", "2.01"));
        dump("end", SECOND, Map.of("ob:X", book, "feat:X", features));
        assertThat(found()).containsExactly(Invariant.CONTENT_TRUE);
    }

    @Test
    void aTailThatNobodyFollowed() {
        begin();
        recover(Type.ok, SECOND);
        Map<String, Object> book = with(stored(SECOND, "ob:X", -1), "fields", Map.of("lastUpdateId", "7"));
        Map<String, Object> journal = new HashMap<>(Map.of("type", "stream", "pttl", -1, "last", 7));
        dump("end", SECOND, Map.of("ob:X", book, "diff:X", journal));
        assertThat(found()).isEmpty();
        journal.put("last", 8);
        dump("end", SECOND, Map.of("ob:X", book, "diff:X", journal));
        assertThat(found()).containsExactly(Invariant.FOLLOWED);
    }

    @Test
    void withAJournalOnlyWhatACutOverMadeLiveMovesOn() {
        add("test", "begin", Type.info, Map.of("symbol", "X", "journaled", true));
        read(Map.of());
        dump("begin", FIRST, Map.of());
        recover(Type.ok, SECOND);
        read(SECOND, Map.of());
        read(SECOND, Map.of("ob:X", with(key(SECOND, "ob:X"), "digest", "followed")));
        assertThat(found()).isEmpty();
        events.removeIf(event -> event.op().equals("recover"));
        read(Map.of("ob:X", with(key(FIRST, "ob:X"), "digest", "other")));
        assertThat(found()).contains(Invariant.UNTOUCHED);
    }
}
