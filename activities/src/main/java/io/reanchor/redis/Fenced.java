package io.reanchor.redis;

import io.reanchor.kit.Keyspace;
import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedKey;
import java.util.List;

/** What a script answers that refused to write, as a failure. */
final class Fenced {
    private Fenced() {}

    /**
     * Lets a reply pass that isn't a refusal.
     *
     * @param reply a script's reply; a list whose first element is FLAG or OWNER is a refusal
     */
    static void check(Object reply, Keyspace.Names names, Token token, String expected) {
        if (!(reply instanceof List<?> list)) {
            return;
        }
        switch (Replies.text(list.get(0))) {
            case "FLAG" -> throw flag(names, token, Replies.text(list.get(1)));
            case "OWNER" -> throw owner(list, expected);
            default -> {
                // not a refusal
            }
        }
    }

    /**
     * Lets a reply pass that isn't a refusal for the ids alone: of a key whose owner and {@code seq} are the accepted ones, only a catch-up
     * can have moved the id on. That is no loss: whoever is told so looks again.
     *
     * @throws RedisStateException of type LiveMoved, to be tried again at once
     */
    static void movedOn(Object reply, List<StagedKey> accepted) {
        if (!(reply instanceof List<?> list) || !Replies.text(list.get(0)).equals("OWNER")) {
            return;
        }
        String key = Replies.text(list.get(1));
        String owner = Replies.text(list.get(2));
        String seq = Replies.text(list.get(3));
        String id = Replies.text(list.get(list.size() - 1));
        for (StagedKey each : accepted) {
            if (each.key().equals(key)
                    && each.owner().equals(owner)
                    && Long.toString(each.seq()).equals(seq)
                    && !Fields.text(each.id()).equals(id)) {
                throw new RedisStateException(
                        FailureTypes.LIVE_MOVED,
                        true,
                        "%s: another attempt has caught it up from id %s to %s meanwhile. Trying again helps at once."
                                .formatted(key, Fields.text(each.id()), OneLine.of(id)));
            }
        }
    }

    static RedisStateException flag(Keyspace.Names names, Token token, String actual) {
        return failure(
                names.flag(),
                token.value(),
                actual.isEmpty() ? "nothing" : OneLine.of(actual),
                "This attempt has lost the symbol: its time was up, or another run took it.");
    }

    private static RedisStateException owner(List<?> reply, String expected) {
        StringBuilder actual = new StringBuilder("owner ");
        String[] labels = {"", "", "", ", seq ", reply.size() > 5 ? ", fields " : ", id ", ", id "};
        for (int i = 2; i < reply.size(); i++) {
            String text = Replies.text(reply.get(i));
            actual.append(labels[i]).append(text.isEmpty() ? "none" : OneLine.of(text));
        }
        return failure(
                Replies.text(reply.get(1)),
                expected,
                actual.toString(),
                "A later load has taken the key, it has expired, or somebody else wrote to it.");
    }

    static RedisStateException failure(String key, String expected, String actual, String why) {
        return new RedisStateException(
                FailureTypes.FENCED,
                false,
                "%s: expected %s, found %s. %s Nothing was written; the same attempt can't succeed any more, a new one may."
                        .formatted(key, expected, actual, why));
    }
}
