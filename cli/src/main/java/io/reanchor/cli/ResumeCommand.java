package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reanchor resume}: ends the pause of recoveries that a revert asked for. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description =
                "Ends the pause of SYMBOL's recoveries that 'reanchor revert --pause-recoveries' began. What the revert left "
                        + "out is recovered then.")
final class ResumeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    ResumeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ReanchorClient client = connection.connect()) {
            client.resume(symbol.get(), System.getProperty("user.name", ""));
            console.out()
                    .println(
                            output.isJson()
                                    ? Json.of(new Resumed(symbol.get()))
                                    : "recoveries of %s aren't paused any more".formatted(symbol.get()));
            return ExitCodes.OK;
        }
    }

    /** What was resumed. */
    record Resumed(String symbol) {}
}
