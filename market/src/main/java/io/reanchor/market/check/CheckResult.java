package io.reanchor.market.check;

/**
 * One check's word.
 *
 * @param name e.g. {@code UNCROSSED}
 * @param blocking whether a failure forbids the cut-over; otherwise it is a warning
 * @param passed whether it held
 * @param expected what should be
 * @param actual the symbol, and what is there
 */
public record CheckResult(String name, boolean blocking, boolean passed, String expected, String actual) {}
