package io.reanchor.cli;

import java.io.PrintWriter;
import java.time.InstantSource;

/**
 * Where a command writes to.
 *
 * @param out the result, and nothing else
 * @param err errors and progress
 * @param terminal whether someone watches {@code err}: only then is there a line of progress
 * @param debug whether errors come with their stack trace
 * @param clock for times relative to now
 */
record Console(PrintWriter out, PrintWriter err, boolean terminal, boolean debug, InstantSource clock) {}
