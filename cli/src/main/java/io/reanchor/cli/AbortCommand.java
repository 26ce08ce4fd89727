package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor abort}: gives the running recovery up, and waits until what it did is undone. */
@Command(
        name = "abort",
        mixinStandardHelpOptions = true,
        description = "Gives SYMBOL's running recovery up and waits until what it did is undone. "
                + "Refused once the cut-over has begun.")
final class AbortCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why; shown to operators.")
    private String reason = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "How long to wait for the undo, which goes on without you. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(30);

    AbortCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Deadline deadline = Deadline.in(timeout);
        try (ReanchorClient client = connection.connect()) {
            Recovery recovery = client.follow(symbol.get()); // before the abort: another run may follow at once
            client.abort(symbol.get(), reason);
            ReanchorResult result = Waits.untilEnd(recovery, deadline, timeout);
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : Report.of(result));
            // Rolled back is what was asked for.
            return result.outcome() == Outcome.ROLLED_BACK ? ExitCodes.OK : ExitCodes.UNKNOWN;
        }
    }
}
