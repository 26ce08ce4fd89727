package io.reanchor.cli;

import io.reanchor.demo.LiveStack;
import io.reanchor.kit.WriteOutcome.Missing;
import io.reanchor.live.LiveFeed.Standing;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reanchor live}: for those who have no ingestor of their own. Runs until it is stopped. */
@Command(
        name = "live",
        mixinStandardHelpOptions = true,
        description =
                "Keeps symbols' order books, bars and features in Redis, from an exchange's feed: writer, gap detector and worker in one "
                        + "process. Runs until it is stopped.")
final class LiveCommand implements Callable<Integer> {
    private static final long LOOK_MS = 100;
    private static final Duration LEAST = Duration.ofMinutes(1);

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--symbols", paramLabel = "A,B", split = ",", required = true, description = "Which to keep live.")
    private List<String> symbols = List.of();

    @Option(
            names = "--rest",
            paramLabel = "URL",
            defaultValue = "https://api.binance.com",
            description = "The exchange's REST interface, in Binance spot's format. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private URI rest;

    @Option(
            names = "--ws",
            paramLabel = "URL",
            defaultValue = "wss://stream.binance.com:9443",
            description = "Its streams. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private URI streams;

    @Option(
            names = "--redis",
            paramLabel = "URI",
            description =
                    "redis://host:port of a standalone server. Default: one of its own, which forgets everything.")
    private @Nullable URI redis;

    @Option(
            names = "--temporal",
            paramLabel = "HOST:PORT",
            description = "A Temporal server, namespace default. Default: Temporal's test server, in this process.")
    private @Nullable String temporal;

    @Option(
            names = "--keep-journals",
            paramLabel = "DURATION",
            defaultValue = "15m",
            description =
                    "How long raw events are kept: longer than a recovery waits and takes. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private Duration journals;

    @Option(
            names = "--keep-bars",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How far back bars go. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private Duration bars;

    @Option(
            names = "--record",
            paramLabel = "DIR",
            description = "Keeps a flight recording of each recovery there, for reanchor replay.")
    private @Nullable Path recordings;

    @Mixin
    private final OutputOption output = new OutputOption();

    LiveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        symbols = SymbolsOption.checked(spec, symbols);
        if (journals.compareTo(LEAST) < 0 || bars.compareTo(LEAST) < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--keep-journals is %s, --keep-bars is %s: expected at least %s".formatted(journals, bars, LEAST));
        }
        try (LiveStack stack = start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "live-end"));
            watch(stack);
        }
        return ExitCodes.OK;
    }

    private LiveStack start() throws InterruptedException {
        try {
            return LiveStack.start(
                    new LiveStack.Options(
                            symbols,
                            rest,
                            streams,
                            redis,
                            temporal,
                            new LiveStack.Retention(journals, bars),
                            recorded()),
                    this::say);
        } catch (RuntimeException e) {
            throw new CommandFailure(
                    ExitCodes.USAGE, "can't go live: %s; REANCHOR_LOG=WARN shows more".formatted(e.getMessage()), e);
        }
    }

    private Map<String, String> recorded() {
        Path directory = recordings;
        if (directory == null) {
            return Map.of();
        }
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new ParameterException(
                    spec.commandLine(), "--record %s: expected a directory that can be written".formatted(directory));
        }
        return Map.of(
                "re_anchor.recordings.directory",
                directory.toAbsolutePath().toString(),
                "re_anchor.recordings.keep",
                "ALL");
    }

    private void say(String line) {
        if (!output.isJson()) {
            console.out().println(line);
            console.out().flush();
        }
    }

    /** A line for each symbol that stands otherwise than before. */
    private void watch(LiveStack stack) throws InterruptedException {
        Map<String, String> told = new HashMap<>();
        while (true) {
            for (String symbol : symbols) {
                Standing standing = stack.feed().standing(symbol);
                String state = state(standing);
                if (!state.equals(told.put(symbol, state))) {
                    tell(symbol, state, standing);
                }
            }
            Thread.sleep(LOOK_MS);
        }
    }

    private static String state(Standing standing) {
        return standing.isWhole() ? standing.doubted() ? "SUSPECT" : "LIVE" : "BEHIND";
    }

    private void tell(String symbol, String state, Standing standing) {
        if (output.isJson()) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("at", console.clock().instant().toString());
            line.put("symbol", symbol);
            line.put("state", state);
            line.put("book", standing.book());
            line.put("bars", standing.bars());
            console.out().println(Json.of(line));
        } else {
            console.out()
                    .printf(
                            "%s %-12s %-8s book %s, bars %s%n",
                            console.clock().instant(),
                            symbol,
                            state,
                            words(standing.book().id(), standing.book().missing()),
                            words(standing.bars().id(), standing.bars().missing()));
        }
        console.out().flush();
    }

    private static String words(@Nullable Long id, @Nullable Missing missing) {
        String at = id == null ? "not there" : "at " + id;
        return missing == null
                ? at
                : "%s, lacks %s up to %d"
                        .formatted(at, missing.first() == null ? "all" : "from " + missing.first(), missing.upTo());
    }
}
