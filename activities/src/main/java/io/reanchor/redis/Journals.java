package io.reanchor.redis;

import io.reanchor.kit.Continuation;
import io.reanchor.kit.Journal;
import io.reanchor.kit.JournalTail;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.workflow.IdSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Connection;

/**
 * A symbol's journals as one call of a step reads them: the first look goes back as far as it must, later ones read what is new. Not
 * thread-safe.
 */
final class Journals {
    /** What is read here is trimmed by those who write it. */
    private static final Duration NOBODYS = Duration.ofDays(1);

    private static final int MOST_SPANS = 32;

    private final JournalTail<DepthUpdate> diffTail;
    private final JournalTail<Trade> tradeTail;

    Journals(Names names) {
        diffTail = Journal.diffs(names, NOBODYS).tail();
        tradeTail = Journal.trades(names, NOBODYS).tail();
    }

    /** What continues the book; empty when there is no journal. */
    Optional<Continuation<DepthUpdate>> diffsAfter(Connection connection, long id) {
        return after(connection, diffTail, id);
    }

    /** What continues the bars; empty when there is no journal. */
    Optional<Continuation<Trade>> tradesAfter(Connection connection, long id) {
        return after(connection, tradeTail, id);
    }

    private static <E> Optional<Continuation<E>> after(Connection connection, JournalTail<E> tail, long id) {
        Continuation<E> found = tail.after(connection, id);
        return tail.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    /** The update ids after one and up to another that stand in no journal, at most 32 spans. */
    List<IdSpan> missing(Connection connection, long after, long upTo) {
        List<IdSpan> missing = new ArrayList<>();
        long id = after;
        while (id < upTo && missing.size() < MOST_SPANS) {
            Continuation<DepthUpdate> found = diffTail.after(connection, id);
            long end = found.end();
            if (end < upTo) {
                Long next = found.nextFirst();
                long last = next == null ? upTo : Math.min(upTo, next - 1);
                missing.add(new IdSpan(end + 1, last));
                end = last;
            }
            id = end;
        }
        return missing;
    }
}
