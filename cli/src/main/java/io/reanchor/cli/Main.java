package io.reanchor.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The process: standard streams, environment, exit status. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Console console = new Console(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Boolean.getBoolean("reanchor.terminal"), // told by the launcher: the JVM can't look at one stream alone
                "1".equals(System.getenv("REANCHOR_DEBUG")),
                InstantSource.system());
        int exitCode = CommandLines.of(console).execute(args);
        console.out().flush();
        console.err().flush();
        System.exit(exitCode);
    }
}
