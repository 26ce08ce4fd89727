package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.wire.Fields;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import java.util.List;

/**
 * What the receipt names of one staged key, and what must still be true of it in the transaction.
 *
 * @param family which of the hashes
 * @param key as the workflow accepted it
 */
record Sealed(Family family, StagedKey key) {
    /** The four keys that a receipt is about, in the order of {@link Family}. */
    static List<Sealed> all(StagedState staged) {
        return List.of(
                new Sealed(Family.BOOK, staged.book().key()),
                new Sealed(Family.BARS_1S, staged.bars().bars1s()),
                new Sealed(Family.BARS_5S, staged.bars().bars5s()),
                new Sealed(Family.FEATURES, staged.features().key()));
    }

    /** The receipt's field for this key. */
    String field() {
        return switch (family) {
            case BOOK -> "sealedBook";
            case BARS_1S -> "sealedBars1s";
            case BARS_5S -> "sealedBars5s";
            case FEATURES -> "sealedFeatures";
            case META -> throw new IllegalStateException("the receipt doesn't seal itself");
        };
    }

    /** Names exactly one content of a staged key. */
    static String reference(StagedKey key) {
        return key.owner() + "/" + key.seq() + "/" + Fields.text(key.id());
    }

    /** {@code owner/seq/id/fields}. */
    String text() {
        return reference(key) + "/" + key.fields();
    }

    /** The field that has the key's id; features have none of their own. */
    String idField() {
        return switch (family) {
            case BOOK -> Fields.LAST_UPDATE_ID;
            case BARS_1S, BARS_5S -> Fields.LAST_TRADE_ID;
            case FEATURES, META -> "id";
        };
    }
}
