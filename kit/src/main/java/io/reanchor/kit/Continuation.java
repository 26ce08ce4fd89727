package io.reanchor.kit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a journal has behind an id.
 *
 * @param from the id
 * @param events what continues it without a hole, by ids, without repetitions; may be empty
 * @param end the id that these reach; {@code from} when there are none
 * @param beyond the first event behind a hole, or null when there is none
 * @param nextFirst the first id of that event, or null
 * @param journalEnd the highest id that the journal was seen to have, or null when it was empty
 * @param unreadable the first entry of this look that couldn't be read, and why: it counts as not there; or null
 */
public record Continuation<E>(
        long from,
        List<E> events,
        long end,
        @Nullable E beyond,
        @Nullable Long nextFirst,
        @Nullable Long journalEnd,
        @Nullable String unreadable) {
    public Continuation {
        events = List.copyOf(events);
    }

    /** Whether nothing is missing up to the journal's end. An empty journal is whole. */
    public boolean isWhole() {
        return nextFirst == null;
    }

    /** False when the journal doesn't have the very next event, although it has later ones: it begins later, or has a hole right there. */
    public boolean reaches() {
        return isWhole() || !events.isEmpty();
    }
}
