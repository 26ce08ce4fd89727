package io.reanchor.demo;

/**
 * What readers saw, all of it counted.
 *
 * @param reads transactions that read all five keys
 * @param torn keys of one read that don't belong together
 * @param missing reads that lacked a key
 * @param empty reads of a key without content: a book without bids or asks, bars without a bar
 * @param backwards reads that were behind an earlier one of the same reader: generation, update id or trade id
 * @param slowestMicros the slowest read, in microseconds
 */
record Reads(long reads, long torn, long missing, long empty, long backwards, long slowestMicros) {
    long wrong() {
        return torn + missing + empty + backwards;
    }

    /** Those after an earlier count; the slowest is that of all. */
    Reads since(Reads earlier) {
        return new Reads(
                reads - earlier.reads,
                torn - earlier.torn,
                missing - earlier.missing,
                empty - earlier.empty,
                backwards - earlier.backwards,
                slowestMicros);
    }
}
