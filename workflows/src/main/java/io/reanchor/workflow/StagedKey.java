package io.reanchor.workflow;

import org.jspecify.annotations.Nullable;

/**
 * A key that was staged beside its live twin: a reference and what must still be true of it at the cut-over.
 *
 * @param key the staged key's name
 * @param owner the load that wrote it, {@code <token>:<n>}
 * @param seq number of that load's last write
 * @param fields how many fields the hash has, its own bookkeeping included
 * @param id {@code lastUpdateId} of a book, {@code lastTradeId} of bars; null for a book or bars without one
 */
public record StagedKey(
        String key,
        String owner,
        long seq,
        long fields,
        @Nullable Long id) {}
