package io.reanchor.kit;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What writers of live keys have in common: append to the journal first; apply by the guard; when that can't go on, replay the journal by ids
 * until nothing continues.
 */
abstract class LiveWriter<E> implements AutoCloseable {
    private static final Script SUSPECT = Script.named(LiveWriter.class, "suspect");

    /** What one writer keeps in memory at most: minutes of a busy symbol. */
    static final int KEPT = 20_000;

    /** A look whose keys move away from under it, again and again, is left for the next call. */
    private static final int ROUNDS = 50;

    private final Connections connections;
    private final EventKind<E> kind;
    private final List<String> keys;
    private final LiveJson json;
    private final InstantSource clock;
    private final @Nullable Journal<E> journal;
    private final @Nullable JournalTail<E> tail;
    /** With a journal what isn't appended yet, without one what isn't applied yet. */
    private final NavigableSet<E> kept;

    private @Nullable Connection connection;
    /** Whether the key had all there was, so that the next event can go straight to it. */
    private boolean current;

    private @Nullable E newest;
    private long lost;

    /** @param families whose live keys the writer writes */
    LiveWriter(
            Connections connections,
            EventKind<E> kind,
            Names names,
            List<Family> families,
            @Nullable Journal<E> journal,
            InstantSource clock) {
        this.connections = connections;
        this.kind = kind;
        this.keys = families.stream().map(names::live).toList();
        this.json = LiveJson.of(names, families);
        this.clock = clock;
        this.journal = journal;
        this.tail = journal == null ? null : journal.tail();
        this.kept = new TreeSet<>(Comparator.<E>comparingLong(kind::first).thenComparingLong(kind::last));
    }

    /** Applies events in order of ids as far as they follow, at least one; without a hole among them for bars. */
    abstract Applied apply(Connection on, List<E> events);

    /** The key's own id, or null when there is none. */
    abstract @Nullable Long id(Connection on);

    /**
     * Takes events from the feed, in any order, repeated or not.
     *
     * @return how the key stands; never throws for a Redis that is away: then nothing of it is lost, and tried again at the next call
     */
    public final synchronized WriteOutcome write(List<E> events) {
        for (E event : events) {
            if (newest == null || kind.last(event) > kind.last(newest)) {
                newest = event;
            }
            kept.add(event);
        }
        while (kept.size() > KEPT) {
            kept.pollFirst(); // a recovery brings the older ones
            lost++;
        }
        return withConnection(on -> journal == null ? tryKept(on) : appendAndApply(on, journal));
    }

    /**
     * Goes on with what is in the journal, or was kept. To be called every now and then while an outcome wasn't whole: a cut-over, and the end of a
     * hold, come by themselves; and in a quiet market, since another writer may have died between appending and applying.
     */
    public final synchronized WriteOutcome catchUp() {
        return withConnection(on -> journal == null ? tryKept(on) : appendThenReplay(on, journal));
    }

    /** Nothing has come for longer than the stream's rhythm allows: readers learn that what they read may be old. */
    public final synchronized WriteOutcome doubt() {
        return withConnection(on -> {
            json.after(on, SUSPECT, keys, List.of(Replies.bytes(clock.millis()), Replies.bytes("")));
            return new WriteOutcome(Verdict.STALE, id(on), 0, null, lost, null);
        });
    }

    /** Goes on as {@link #catchUp}, after something was done to the key that may have moved it. */
    final synchronized WriteOutcome after(Function<Connection, Applied> change) {
        return withConnection(on -> {
            Applied changed = change.apply(on);
            if (changed.verdict() == Verdict.HELD) {
                return new WriteOutcome(Verdict.HELD, changed.id(), 0, null, lost, null);
            }
            WriteOutcome then = journal == null ? tryKept(on) : appendThenReplay(on, journal);
            boolean moved = changed.applied() > 0 && then.verdict() == Verdict.STALE;
            return new WriteOutcome(
                    moved ? Verdict.APPLIED : then.verdict(),
                    then.id(),
                    then.applied(),
                    then.missing(),
                    lost,
                    then.failure());
        });
    }

    private interface Work {
        WriteOutcome with(Connection on);
    }

    private WriteOutcome withConnection(Work work) {
        try {
            Connection on = connection;
            if (on == null) {
                on = connections.open(keys.get(0));
                connection = on;
                current = false; // it may be another server, with an earlier state
            }
            return work.with(on);
        } catch (JedisException e) {
            disconnect();
            return new WriteOutcome(Verdict.UNKNOWN, null, 0, null, lost, String.valueOf(e.getMessage()));
        }
    }

    private void disconnect() {
        Connection on = connection;
        connection = null;
        if (on != null) {
            on.close();
        }
    }

    private WriteOutcome appendAndApply(Connection on, Journal<E> journal) {
        List<E> events = append(on, journal);
        if (!current || events.isEmpty()) {
            return replay(on);
        }
        Applied applied = applyRuns(on, events);
        if (applied.verdict() == Verdict.APPLIED || applied.verdict() == Verdict.STALE) {
            return outcome(applied, applied.applied(), highest(null));
        }
        WriteOutcome then = replay(on);
        return new WriteOutcome(
                then.verdict(), then.id(), applied.applied() + then.applied(), then.missing(), lost, then.failure());
    }

    private WriteOutcome appendThenReplay(Connection on, Journal<E> journal) {
        append(on, journal);
        return replay(on);
    }

    private List<E> append(Connection on, Journal<E> journal) {
        List<E> events = List.copyOf(kept);
        if (!events.isEmpty()) {
            journal.append(on, events);
            kept.clear();
        }
        return events;
    }

    /** By ids, not by position, until nothing continues. */
    private WriteOutcome replay(Connection on) {
        int applied = 0;
        Applied last = new Applied(Verdict.STALE, null, 0, "");
        long highest = highest(null);
        for (int round = 0; round < ROUNDS; round++) {
            Long id = id(on);
            if (id == null) {
                highest = highest(Objects.requireNonNull(tail)
                        .after(on, Long.MAX_VALUE / 2)
                        .journalEnd());
                current = false;
                return new WriteOutcome(Verdict.ABSENT, null, applied, missing(null, highest), lost, null);
            }
            Continuation<E> behind = Objects.requireNonNull(tail).after(on, id);
            highest = highest(behind.journalEnd());
            if (behind.events().isEmpty()) {
                last = marked(on, id, behind, highest);
                break;
            }
            last = applyRuns(on, behind.events());
            applied += last.applied();
            if (last.verdict() == Verdict.HELD) {
                break;
            }
        }
        return outcome(last, applied, highest);
    }

    /** Nothing continues: a key that lacks something says so itself, from the first event on that shows it. */
    private Applied marked(Connection on, long id, Continuation<E> behind, long highest) {
        E shows = behind.beyond();
        if (shows == null && newest != null && kind.last(newest) > id) {
            shows = newest;
        }
        return highest <= id || shows == null ? new Applied(Verdict.STALE, id, 0, "") : apply(on, List.of(shows));
    }

    private WriteOutcome tryKept(Connection on) {
        int applied = 0;
        Applied last = new Applied(Verdict.STALE, id(on), 0, "");
        if (!kept.isEmpty()) {
            last = applyRuns(on, List.copyOf(kept));
            applied = last.applied();
            Long id = last.id();
            kept.removeIf(event -> id != null && kind.last(event) <= id);
        } else if (last.id() == null) {
            last = new Applied(Verdict.ABSENT, null, 0, "");
        }
        return outcome(last, applied, highest(null));
    }

    /** As {@link #apply}, for events with holes: each run goes by itself, up to the first that doesn't follow. */
    private Applied applyRuns(Connection on, List<E> events) {
        int applied = 0;
        Applied last = new Applied(Verdict.STALE, null, 0, "");
        for (int from = 0; from < events.size(); ) {
            int to = from + 1;
            while (to < events.size() && kind.first(events.get(to)) <= kind.last(events.get(to - 1)) + 1) {
                to++;
            }
            last = apply(on, events.subList(from, to));
            applied += last.applied();
            if (last.verdict() != Verdict.APPLIED && last.verdict() != Verdict.STALE) {
                break;
            }
            from = to;
        }
        Verdict verdict = last.verdict() == Verdict.STALE && applied > 0 ? Verdict.APPLIED : last.verdict();
        return new Applied(verdict, last.id(), applied, last.found());
    }

    private long highest(@Nullable Long journalEnd) {
        long inHand = newest == null ? -1 : kind.last(newest);
        return journalEnd == null ? inHand : Math.max(inHand, journalEnd);
    }

    private WriteOutcome outcome(Applied last, int applied, long highest) {
        Long id = last.id();
        Verdict verdict = last.verdict();
        boolean reached = id != null && highest <= id;
        if (verdict == Verdict.APPLIED || verdict == Verdict.STALE) {
            // After a failover the guard finds that nothing is new, and the key is behind what was in hand all the
            // same.
            verdict = !reached ? Verdict.GAP : applied > 0 ? Verdict.APPLIED : Verdict.STALE;
        }
        current = reached && verdict != Verdict.HELD;
        boolean lacks = verdict == Verdict.GAP || verdict == Verdict.ABSENT;
        return new WriteOutcome(verdict, id, applied, lacks ? missing(id, highest) : null, lost, null);
    }

    private static WriteOutcome.@Nullable Missing missing(@Nullable Long id, long highest) {
        return highest < 0 ? null : new WriteOutcome.Missing(id == null ? null : id + 1, highest);
    }

    /** What is kept is lost, unless it is in the journal. */
    @Override
    public final synchronized void close() {
        disconnect();
    }
}
