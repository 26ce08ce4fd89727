package io.reanchor.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together; here errors become one line and an exit code. */
final class CommandLines {
    private CommandLines() {}

    static CommandLine of(Console whole) {
        Tap tap = new Tap(whole.out());
        Console console =
                new Console(new PrintWriter(tap, true), whole.err(), whole.terminal(), whole.debug(), whole.clock());
        CommandLine root = new CommandLine(new Reanchor())
                .addSubcommand(new RecoverCommand(console))
                .addSubcommand(new StatusCommand(console))
                .addSubcommand(new WatchCommand(console))
                .addSubcommand(new AbortCommand(console))
                .addSubcommand(new ApproveCommand(console))
                .addSubcommand(new DiffCommand(console))
                .addSubcommand(new RevertCommand(console))
                .addSubcommand(new ResumeCommand(console))
                .addSubcommand(new ListCommand(console))
                .addSubcommand(new HistoryCommand(console))
                .addSubcommand(new DoctorCommand(console))
                .addSubcommand(new ConfigCommand(console))
                .addSubcommand(new ReplayCommand(console))
                .addSubcommand(new LiveCommand(console))
                .addSubcommand(new ExchangeCommand(console))
                .addSubcommand(new DemoCommand())
                .addSubcommand(new BenchCommand(console))
                .addSubcommand(new SoakCommand(console))
                .addSubcommand(new AutoComplete.GenerateCompletion());
        root.getCommandSpec().usageMessage().exitCodeList(ExitCodes.TEXTS);
        root.registerConverter(Format.class, Format::parse)
                .registerConverter(IdRange.class, IdRange::parse)
                .registerConverter(Duration.class, Times::duration)
                .registerConverter(
                        Instant.class, text -> Times.since(text, console.clock().instant()))
                .setUsageHelpAutoWidth(true)
                .setOut(console.out())
                .setErr(console.err())
                .setExecutionStrategy(parsed -> {
                    if (wantsNothing(parsed)) {
                        tap.shut();
                    }
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setParameterExceptionHandler((e, args) -> misused(console, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e));
        return root;
    }

    private static boolean wantsNothing(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last.matchedOptionValue(OutputOption.NAME, Format.TEXT) == Format.NONE;
    }

    private static int misused(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        String hint = "";
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            hint = suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
        }
        return say(
                console,
                new CommandFailure(
                        ExitCodes.USAGE,
                        "%s%s; see '%s --help'"
                                .formatted(
                                        e.getMessage(),
                                        hint,
                                        command.getCommandSpec().qualifiedName()),
                        e));
    }

    private static int failed(Console console, Exception e) {
        return say(console, Failures.of(e));
    }

    private static int say(Console console, CommandFailure failure) {
        console.err().println("reanchor: " + Words.oneLine(failure.getMessage()));
        if (console.debug()) {
            failure.printStackTrace(console.err());
        }
        return failure.exitCode();
    }
}
