package io.reanchor.demo;

import io.reanchor.testkit.TransactionalReaders;

/**
 * What readers saw, all of it counted.
 *
 * @param reads transactions that read all five keys
 * @param torn reads whose keys were of more than one generation
 * @param missing reads that lacked a key
 * @param empty reads of a key without content: a book without bids or asks, bars without a bar
 * @param backwards reads whose update id or generation was lower than in the read before
 */
record Reads(long reads, long torn, long missing, long empty, long backwards) {
    static Reads of(TransactionalReaders.Verdict seen) {
        return new Reads(seen.reads(), seen.torn(), seen.missing(), seen.empty(), seen.backwards());
    }

    /** Those after an earlier count. */
    Reads since(Reads earlier) {
        return new Reads(
                reads - earlier.reads,
                torn - earlier.torn,
                missing - earlier.missing,
                empty - earlier.empty,
                backwards - earlier.backwards);
    }
}
