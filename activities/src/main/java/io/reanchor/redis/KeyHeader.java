package io.reanchor.redis;

import org.jspecify.annotations.Nullable;

/**
 * A hash's bookkeeping as it stands in Redis.
 *
 * @param key its name
 * @param fields how many fields it has, its bookkeeping included
 * @param owner the load that wrote it, or null
 * @param seq that load's last write, or null
 * @param generation its generation, empty before the first cut-over and while staged
 * @param id {@code lastUpdateId} of a book, {@code lastTradeId} of bars, or null
 */
public record KeyHeader(
        String key,
        long fields,
        @Nullable String owner,
        @Nullable Long seq,
        String generation,
        @Nullable Long id) {}
