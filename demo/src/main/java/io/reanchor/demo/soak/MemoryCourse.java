package io.reanchor.demo.soak;

/**
 * One kind of memory over a run, medians of its second and its last quarter; bytes. Flat is what a leak isn't: the last quarter no more than
 * the second, but for a fifth.
 *
 * @param what of it
 */
public record MemoryCourse(String what, long early, long late) {
    private static final double FLAT = 1.2;

    boolean isFlat() {
        return late <= early * FLAT;
    }
}
