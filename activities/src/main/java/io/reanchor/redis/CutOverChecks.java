package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Fields;
import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.StagedState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What must hold under WATCH, right before the transaction: EXEC doesn't roll back, so nothing in it may be left to luck. */
final class CutOverChecks {
    private final Names names;
    private final CutOverOrder order;
    private final Generation next;

    CutOverChecks(Names names, CutOverOrder order, Generation next) {
        this.names = names;
        this.order = order;
        this.next = next;
    }

    /** @throws RedisStateException naming the key, expected and actual of the first thing that doesn't hold */
    void require(Watched now) {
        if (!order.token().value().equals(now.flag())) {
            throw Fenced.flag(names, order.token(), Fields.text(now.flag()));
        }
        liveGeneration(names, order.staged().against(), now.generation());
        for (Sealed sealed : Sealed.all(order.staged())) {
            stagedKey(sealed, Objects.requireNonNull(now.staged().get(sealed.family())), now.meta());
        }
        fenced(
                names.staged(Family.META),
                "gen",
                next.toString(),
                Fields.text(now.meta().get(Fields.GEN)));
        covers(order.gap());
    }

    static void liveGeneration(Names names, String expected, String actual) {
        if (!actual.equals(expected)) {
            throw new RedisStateException(
                    FailureTypes.LIVE_MOVED,
                    false,
                    "%s: generation %s is live, what is staged was made to replace %s. Trying again doesn't help: start a new recovery."
                            .formatted(names.live(Family.META), shown(actual), shown(expected)));
        }
    }

    private void stagedKey(Sealed sealed, Watched.Key is, Map<String, String> meta) {
        String key = names.staged(sealed.family());
        fenced(key, "type", "hash", is.type());
        fenced(key, "owner", sealed.key().owner(), is.owner());
        fenced(key, "seq", Long.toString(sealed.key().seq()), is.seq());
        fenced(key, "number of fields", Long.toString(sealed.key().fields()), Long.toString(is.fields()));
        fenced(key, sealed.idField(), Fields.text(sealed.key().id()), is.id());
        fenced(key, "gen", next.toString(), is.gen());
        fenced(names.staged(Family.META), sealed.field(), sealed.text(), Fields.text(meta.get(sealed.field())));
        if (sealed.family() == Family.FEATURES) {
            List<String> of = Sealed.all(order.staged()).stream()
                    .limit(3)
                    .map(source -> Sealed.reference(source.key()))
                    .toList();
            fenced(key, "what it is made of", of.toString(), is.of().toString());
        }
    }

    private static void fenced(String key, String what, String expected, String actual) {
        if (!actual.equals(expected)) {
            throw Fenced.failure(
                    key,
                    what + " " + shown(expected),
                    shown(actual),
                    "It isn't what the workflow accepted: a later load has taken it, it has expired, or somebody else wrote to it.");
        }
    }

    /** A late attempt may have caught up what is sealed: then it is made ready again. @return which key; empty when none */
    String movedOn(Watched now) {
        if (!order.token().value().equals(now.flag())) {
            return "";
        }
        for (Sealed sealed : Sealed.all(order.staged())) {
            Watched.Key is = Objects.requireNonNull(now.staged().get(sealed.family()));
            boolean same = is.owner().equals(sealed.key().owner())
                    && is.seq().equals(Long.toString(sealed.key().seq()));
            if (same && !is.id().equals(Fields.text(sealed.key().id()))) {
                return "%s was caught up to %s by another attempt"
                        .formatted(names.staged(sealed.family()), shown(is.id()));
            }
        }
        return "";
    }

    /** Readers must never see an id go back. @return which live key is past the staged one; empty when none is */
    String behind(Watched now) {
        StagedState staged = order.staged();
        String book = behind(Family.BOOK, staged.book().key().id(), now);
        String ones = behind(Family.BARS_1S, staged.bars().bars1s().id(), now);
        return book
                + ones
                + (ones.isEmpty()
                        ? behind(Family.BARS_5S, staged.bars().bars5s().id(), now)
                        : "");
    }

    private String behind(Family family, @Nullable Long staged, Watched now) {
        String live = now.liveIds().get(family);
        if (live == null || !Fields.isId(live)) {
            return ""; // what can't be read is what is being repaired
        }
        return staged == null || Long.parseLong(live) > staged
                ? "%s was at id %s, past the staged id %s"
                        .formatted(names.live(family), OneLine.of(live), staged == null ? "none" : staged)
                : "";
    }

    private void covers(FeedGap gap) {
        covered("update id", gap.lastUpdateId(), order.staged().book().key().id());
        covered("trade id", gap.lastTradeId(), order.staged().bars().bars1s().id());
    }

    private void covered(String what, @Nullable Long reported, @Nullable Long staged) {
        if (reported != null && (staged == null || staged < reported)) {
            throw new RedisStateException(
                    FailureTypes.NOT_COVERED,
                    false,
                    "%s: a gap up to %s %d was reported, what is staged ends at %s. Trying again doesn't help: stage anew."
                            .formatted(order.symbol(), what, reported, staged == null ? "none" : staged));
        }
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : OneLine.of(value);
    }
}
