package io.reanchor.cli;

import io.reanchor.worker.EffectiveSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor config}: what a worker that is started here would run with. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description =
                "Shows every setting that a worker started in this environment would have, where each comes from, and what isn't "
                        + "allowed. Passwords and keys aren't shown.")
final class ConfigCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--changed", description = "Only those that aren't as packaged.")
    private boolean changed;

    ConfigCommand(Console console) {
        this.console = console;
    }

    /** One JSON object, so that it can grow. */
    record Config(List<EffectiveSettings.Line> settings, List<String> problems) {}

    @Override
    public Integer call() {
        EffectiveSettings settings = EffectiveSettings.ofEnvironment();
        List<EffectiveSettings.Line> lines = settings.lines().stream()
                .filter(line -> !changed || !line.isPackaged())
                .toList();
        if (output.isLines()) {
            lines.forEach(line -> console.out().println(Json.of(line)));
        } else if (output.isJson()) {
            console.out().println(Json.of(new Config(lines, settings.problems())));
        } else {
            for (EffectiveSettings.Line line : lines) {
                console.out().printf("%-42s %-32s %s%n", line.name(), line.value(), line.from());
            }
        }
        settings.problems().forEach(problem -> console.err().println("reanchor: " + Words.oneLine(problem)));
        return settings.problems().isEmpty() ? ExitCodes.OK : ExitCodes.NOT_WELL;
    }
}
