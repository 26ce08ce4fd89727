package io.reanchor.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reanchor} itself: only its subcommands do something. */
@Command(
        name = "reanchor",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Rebuilds a symbol's live market state in Redis after a gap in its feed, and watches it being done.",
        exitCodeListHeading = "%nExit codes:%n",
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS[_*]",
            "                      where Temporal is, under its own tools' names",
            "  NO_COLOR=1          no colours in help",
            "  REANCHOR_LOG=LEVEL  what libraries log, on standard error: WARN, INFO, DEBUG",
            "  REANCHOR_DEBUG=1    errors come with their stack trace",
        })
final class Reanchor implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
