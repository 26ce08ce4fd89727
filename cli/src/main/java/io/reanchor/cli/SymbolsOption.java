package io.reanchor.cli;

import io.reanchor.workflow.ReanchorRequest;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Symbols that an option names, with commas. */
final class SymbolsOption {
    private SymbolsOption() {}

    /**
     * Each once, in their order.
     *
     * @throws ParameterException for what isn't a symbol
     */
    static List<String> checked(CommandSpec command, List<String> symbols) {
        for (String symbol : symbols) {
            if (!ReanchorRequest.isSymbol(symbol)) {
                throw new ParameterException(
                        command.commandLine(), "--symbols: \"%s\" is not a symbol, as BTCUSDT is".formatted(symbol));
            }
        }
        return List.copyOf(new LinkedHashSet<>(symbols));
    }
}
