package io.reanchor.redis;

/**
 * Where the live keys are when the journals have been replayed onto them.
 *
 * @param live the live generation and ids; the trade id is the lower one of the two bar keys
 * @param how how the replay went
 */
public record Reached(LiveIds live, CaughtUp how) {}
