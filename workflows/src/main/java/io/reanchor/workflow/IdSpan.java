package io.reanchor.workflow;

/**
 * Ids in a row, both ends included: update ids of a book, or raw trade ids.
 *
 * @param first the lowest
 * @param last the highest
 */
public record IdSpan(long first, long last) {
    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + ".." + last;
    }
}
