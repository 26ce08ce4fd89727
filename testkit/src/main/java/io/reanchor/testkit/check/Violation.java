package io.reanchor.testkit.check;

/**
 * An invariant that didn't hold.
 *
 * @param invariant which
 * @param what what was seen instead, in words
 * @param time when it was seen, in nanoseconds of the history
 */
public record Violation(Invariant invariant, String what, long time) {}
