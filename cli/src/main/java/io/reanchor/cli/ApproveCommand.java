package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor approve}: lets a postponed recovery cut over, and waits for its end. */
@Command(
        name = "approve",
        mixinStandardHelpOptions = true,
        description = "Lets SYMBOL's recovery, which waits for an approval, cut over, and waits for its end. "
                + "Refused when there is nothing to approve, yet or any more.")
final class ApproveCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "How long to wait for the end; the cut-over goes on without you. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(60);

    ApproveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Deadline deadline = Deadline.in(timeout);
        try (ReanchorClient client = connection.connect()) {
            Recovery recovery = client.follow(symbol.get()); // before the approval: another run may follow at once
            recovery.approve(System.getProperty("user.name", ""));
            ReanchorResult result = Waits.untilApprovedEnds(recovery, deadline, timeout);
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : Report.of(result));
            return RecoverCommand.exitCode(result.outcome());
        }
    }
}
