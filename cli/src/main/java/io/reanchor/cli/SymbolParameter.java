package io.reanchor.cli;

import io.reanchor.workflow.ReanchorRequest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The symbol that a command is about, checked before anything is connected to. */
final class SymbolParameter {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    @SuppressWarnings("NullAway.Init") // required
    private String symbol;

    @Parameters(paramLabel = "SYMBOL", index = "0", description = "The exchange's symbol, as in BTCUSDT.")
    void setSymbol(String symbol) {
        try {
            this.symbol = ReanchorRequest.requireSymbol(symbol);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    String get() {
        return symbol;
    }
}
