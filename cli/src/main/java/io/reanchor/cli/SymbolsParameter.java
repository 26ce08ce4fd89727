package io.reanchor.cli;

import io.reanchor.workflow.ReanchorRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The symbols that a command is about, checked before anything is connected to: one, several, or all that have live books. */
final class SymbolsParameter {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private final Set<String> symbols = new LinkedHashSet<>();

    @Option(names = "--all", description = "Every symbol that has a live book in the worker's Redis.")
    private boolean all;

    @Parameters(paramLabel = "SYMBOL", arity = "0..*", description = "The exchange's symbols, as in BTCUSDT.")
    void setSymbols(List<String> given) {
        try {
            given.forEach(symbol -> symbols.add(ReanchorRequest.requireSymbol(symbol)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** @throws ParameterException when neither a symbol nor all are named */
    void requireAny() {
        if (symbols.isEmpty() && !all) {
            throw new ParameterException(command.commandLine(), "Missing required parameter: 'SYMBOL'");
        }
    }

    boolean isOne() {
        return symbols.size() == 1 && !all;
    }

    boolean isAll() {
        return all;
    }

    List<String> get() {
        return List.copyOf(symbols);
    }

    void refuse(String message) {
        throw new ParameterException(command.commandLine(), message);
    }
}
