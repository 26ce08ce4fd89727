package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.workflow.ReanchorStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reanchor status}: where the symbol's recovery stands, or how the last one ended. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows where SYMBOL's recovery stands, or how the last one ended. Exits with 0 whichever it was.")
final class StatusCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final RedisOption redis = new RedisOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ReanchorClient client = connection.connect()) {
            ReanchorStatus status = client.status(symbol.get());
            LastCutOver last = LastCutOver.of(symbol.get(), client, redis.settings());
            console.out()
                    .print(
                            output.isJson()
                                    ? Json.with(status, "lastCutOver", last) + System.lineSeparator()
                                    : Report.of(status, console.clock().instant()) + Report.of(last));
            return ExitCodes.OK;
        }
    }
}
