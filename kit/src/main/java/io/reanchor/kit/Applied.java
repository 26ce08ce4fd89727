package io.reanchor.kit;

import org.jspecify.annotations.Nullable;

/**
 * What a guard made of events.
 *
 * @param id the key's own id afterwards; of bars, the lower of the two; null when there is none
 * @param applied how many events were applied
 * @param found for {@link Verdict#FENCED}, what stands where flag or owner were expected; otherwise empty
 */
public record Applied(Verdict verdict, @Nullable Long id, int applied, String found) {}
