package io.reanchor.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;

/** Runs a command line in this JVM, as the process would, and keeps what it said. */
record Cli(int exitCode, String out, String err) {
    static final Instant NOW = Instant.parse("2024-08-08T12:10:00Z");

    static Cli run(String... args) {
        return run(InstantSource.fixed(NOW), false, args);
    }

    /** As someone at a terminal. */
    static Cli watched(String... args) {
        return run(InstantSource.system(), true, args);
    }

    private static Cli run(InstantSource clock, boolean terminal, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(
                new PrintWriter(out), new PrintWriter(err), terminal, System.getenv("CLI_DEBUG") != null, clock);
        int exitCode = CommandLines.of(console).execute(args);
        return new Cli(exitCode, out.toString(), err.toString());
    }
}
