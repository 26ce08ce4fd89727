package io.reanchor.market.check;

/**
 * What a check found.
 *
 * @param passed whether it held
 * @param expected what should be
 * @param actual what is there
 */
public record Finding(boolean passed, String expected, String actual) {}
