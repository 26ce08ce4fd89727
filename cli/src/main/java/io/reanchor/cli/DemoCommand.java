package io.reanchor.cli;

import io.reanchor.demo.Demo;
import io.reanchor.demo.DemoOptions;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor demo}: everything in this process, and the proof. Needs nothing else. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Everything in one process: loses messages on purpose, recovers under the eyes of readers, holds the result against "
                        + "the truth, and has a crossed book refused. Exits with 0 only if all of it held. Leaves nothing behind.")
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--recording",
            paramLabel = "FILE",
            description = "Play recorded data (local_ns {json} lines, gzip or plain) instead of a made-up market.")
    private @Nullable Path recording;

    @Option(names = "--keep", description = "Leave everything up after the last act, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--temporal",
            paramLabel = "HOST:PORT",
            description = "Use this Temporal server, namespace default; no other worker may be on it.")
    private @Nullable String temporal;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description =
                    "Use this Redis, redis://host:port; it must have no keys of the demo's symbol, and has none afterwards.")
    private @Nullable URI redis;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        return Demo.run(
                new DemoOptions(recording, keep, output.isJson(), temporal, redis),
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8));
    }
}
