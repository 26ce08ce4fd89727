package io.reanchor.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --limit N} of a list, checked before anything is connected to. */
final class LimitOption {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    private int limit = 20;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at most. Default: ${DEFAULT-VALUE}.")
    void setLimit(int limit) {
        if (limit < 1) {
            throw new ParameterException(command.commandLine(), "--limit is %d: expected at least 1".formatted(limit));
        }
        this.limit = limit;
    }

    int get() {
        return limit;
    }
}
