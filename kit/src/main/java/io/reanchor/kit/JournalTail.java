package io.reanchor.kit;

import io.reanchor.kit.wire.Replies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * Follows a journal by ids. The first look reads back from its end as far as it must; later ones read only what is new, and all of it again
 * when an id is asked for that is older, when the stream has fallen back (a failover, a new stream), or before a hole is told of for the
 * first time. Not thread-safe.
 */
public final class JournalTail<E> {
    private static final int PAGE = 200;

    private final EventKind<E> kind;
    private final String key;
    private final NavigableSet<E> events;
    /** From this id on all that the stream had is in {@link #events}. */
    private long since = -1;

    private String lastEntry = "";
    private long highest = -1;
    private long holeAfter = -1;
    private long holeBefore = -1;
    private @Nullable String unreadable;

    JournalTail(EventKind<E> kind, String key) {
        this.kind = kind;
        this.key = key;
        this.events = new TreeSet<>(Comparator.<E>comparingLong(kind::first).thenComparingLong(kind::last));
    }

    /**
     * What the journal has behind {@code id} by now.
     *
     * @throws redis.clients.jedis.exceptions.JedisException when Redis refuses, or isn't there
     */
    public Continuation<E> after(Connection connection, long id) {
        unreadable = null;
        boolean all = since < 0 || id < since || !readOn(connection, id);
        if (all) {
            readBack(connection, id);
        }
        Continuation<E> found = continuation(id);
        boolean knownHole = found.end() == holeAfter && Long.valueOf(holeBefore).equals(found.nextFirst());
        if (!all && !found.isWhole() && !knownHole) {
            readBack(connection, id);
            found = continuation(id);
        }
        holeAfter = found.end();
        holeBefore = found.nextFirst() == null ? -1 : found.nextFirst();
        forget(id);
        return found;
    }

    /** @return false when the stream isn't the one that was read, moved on */
    private boolean readOn(Connection connection, long id) {
        while (true) {
            connection.sendCommand(Command.XREVRANGE, key, "+", "-", "COUNT", "1");
            connection.sendCommand(Command.XRANGE, key, lastEntry.isEmpty() ? "-" : lastEntry, "+", "COUNT", "" + PAGE);
            List<Object> replies = Replies.all(connection, 2);
            List<Object> newest = Replies.list(replies.get(0));
            String end = newest.isEmpty() ? "" : entryId(newest.get(0));
            if (!lastEntry.isEmpty() && (end.isEmpty() || isBefore(end, lastEntry))) {
                return false;
            }
            List<Object> entries = Replies.list(replies.get(1));
            entries.forEach(entry -> take(entry, id));
            if (!entries.isEmpty()) {
                lastEntry = entryId(entries.get(entries.size() - 1));
            }
            if (entries.size() < PAGE) {
                return true;
            }
        }
    }

    /** Until a page's length of entries on end is older than {@code id}: writers that interleave disorder less than that. */
    private void readBack(Connection connection, long id) {
        events.clear();
        highest = -1;
        lastEntry = "";
        String from = "+";
        int older = 0;
        while (older < PAGE) {
            int asked = PAGE - older;
            connection.sendCommand(Command.XREVRANGE, key, from, "-", "COUNT", "" + asked);
            List<Object> entries = Replies.list(connection.getOne());
            if (lastEntry.isEmpty() && !entries.isEmpty()) {
                lastEntry = entryId(entries.get(0));
            }
            for (Object entry : entries) {
                long last = take(entry, id);
                older = last > id ? 0 : last < 0 ? older : older + 1;
            }
            if (entries.size() < asked) {
                break;
            }
            from = "(" + entryId(entries.get(entries.size() - 1));
        }
        since = id;
    }

    /** Looks no further at what nobody asks for. @return the entry's last id, -1 for one that can't be read */
    private long take(Object entry, long id) {
        List<Object> parts = Replies.list(entry);
        try {
            List<Object> fields = Replies.list(parts.get(1));
            long last = kind.last(fields);
            if (last > id) {
                events.add(kind.parse(Replies.map(fields, 0)));
            }
            highest = Math.max(highest, last);
            return last;
        } catch (RuntimeException notAnEvent) {
            if (unreadable == null) {
                unreadable = "%s, entry %s: %s".formatted(key, entryId(entry), notAnEvent.getMessage());
            }
            return -1;
        }
    }

    /** Whether the stream had nothing at the last look: nobody has appended to it, or all was trimmed since. */
    public boolean isEmpty() {
        return lastEntry.isEmpty();
    }

    private Continuation<E> continuation(long id) {
        List<E> continuing = new ArrayList<>();
        E beyond = null;
        long end = id;
        for (E event : events) {
            if (kind.last(event) <= end) {
                continue;
            }
            if (kind.first(event) > end + 1) {
                beyond = event;
                break;
            }
            continuing.add(event);
            end = kind.last(event);
        }
        return new Continuation<>(
                id,
                continuing,
                end,
                beyond,
                beyond == null ? null : kind.first(beyond),
                highest < 0 ? null : highest,
                unreadable);
    }

    private void forget(long id) {
        events.removeIf(event -> kind.last(event) <= id);
        since = Math.max(since, id);
    }

    private static String entryId(Object entry) {
        return Replies.text(Replies.list(entry).get(0));
    }

    private static boolean isBefore(String one, String other) {
        String[] a = one.split("-", -1);
        String[] b = other.split("-", -1);
        int byTime = Long.compareUnsigned(Long.parseUnsignedLong(a[0]), Long.parseUnsignedLong(b[0]));
        return byTime < 0
                || (byTime == 0
                        && Long.compareUnsigned(Long.parseUnsignedLong(a[1]), Long.parseUnsignedLong(b[1])) < 0);
    }
}
