package io.reanchor.cli;

import io.reanchor.activity.LiveAgainstStaged;
import io.reanchor.client.ReanchorClient;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisStateException;
import io.reanchor.workflow.Comparison;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reanchor diff}: what is staged for a symbol beside what is live. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description =
                "Shows what is staged for SYMBOL beside what is live: levels, best bid and ask, bars, features that "
                        + "differ. Asks the recovery that goes on; with --redis it looks by itself, also after a dry run.")
final class DiffCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final RedisOption redis = new RedisOption();

    @Mixin
    private final OutputOption output = new OutputOption();

    DiffCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Comparison found = redis.settings().map(this::look).orElseGet(this::ask);
        console.out().print(output.isJson() ? Json.of(found) + System.lineSeparator() : Report.of(symbol.get(), found));
        return ExitCodes.OK;
    }

    private Comparison look(RedisSettings settings) {
        try (MarketState state = new MarketState(settings, Clock.systemUTC())) {
            return LiveAgainstStaged.of(state, symbol.get(), console.clock().instant())
                    .orElseThrow(() -> new CommandFailure(
                            ExitCodes.NOT_FOUND,
                            "nothing is staged for %s: it never was, has expired, or is live by now; 'reanchor recover %s --dry-run' stages anew"
                                    .formatted(symbol.get(), symbol.get()),
                            null));
        } catch (RedisStateException e) {
            throw new CommandFailure(ExitCodes.UNREACHABLE, e.getMessage(), e);
        }
    }

    private Comparison ask() {
        try (ReanchorClient client = connection.connect()) {
            return client.compare(symbol.get());
        }
    }
}
