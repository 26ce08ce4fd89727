package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.RevertRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor revert}: puts back what the last cut-over replaced. */
@Command(
        name = "revert",
        mixinStandardHelpOptions = true,
        description =
                "Puts back, in one transaction, what SYMBOL's last cut-over replaced, as long as that is kept. Refused when "
                        + "readers would lose what no journal brings back, unless recoveries are paused.")
final class RevertCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(
            names = "--generation",
            paramLabel = "GEN",
            description =
                    "The live generation that is to be undone. Default: the live one, unless it is a revert itself.")
    private @Nullable String generation;

    @Option(names = "--dry-run", description = "Only tell what would come back, and what would be thrown away.")
    private boolean dryRun;

    @Option(
            names = "--pause-recoveries",
            paramLabel = "DURATION",
            description =
                    "Refuse recoveries of SYMBOL for so long ('reanchor resume' ends it): then a state is put back that no "
                            + "journal carries on to where live is.")
    private Duration pause = Duration.ZERO;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; shown to operators.")
    private String reason = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long to wait; the revert goes on without you. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(60);

    RevertCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RevertRequest request;
        try {
            request = RevertRequest.requireValid(new RevertRequest(
                    symbol.get(),
                    generation,
                    dryRun,
                    Math.toIntExact(Math.min(pause.toSeconds(), Integer.MAX_VALUE)),
                    reason,
                    System.getProperty("user.name", "")));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, e.getMessage(), e);
        }
        try (ReanchorClient client = connection.connect()) {
            ReanchorResult result = client.revert(request, timeout);
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : Report.of(result));
            return exitCode(result);
        }
    }

    private static int exitCode(ReanchorResult result) {
        ReanchorResult.Failure failure = result.failure();
        boolean refused = failure != null
                && (failure.type().equals(FailureTypes.NOT_REVERTIBLE)
                        || failure.type().equals(FailureTypes.NOT_CARRIED));
        return refused ? ExitCodes.REFUSED : RecoverCommand.exitCode(result.outcome());
    }
}
