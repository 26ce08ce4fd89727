package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor watch}: follows a recovery that somebody else has started. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Follows SYMBOL's recovery: a line whenever it stands otherwise than before, then how it ended. "
                + "Of one that has ended already, how it ended.")
final class WatchCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(200);

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
            defaultValue = "10m",
            description = "How long to watch; the recovery goes on without you. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofMinutes(10);

    WatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Deadline deadline = Deadline.in(timeout);
        try (ReanchorClient client = connection.connect()) {
            ReanchorStatus last = null;
            while (true) {
                ReanchorStatus status = client.status(symbol.get());
                ReanchorResult result = status.result();
                if (result != null) {
                    console.out().print(output.isJson() ? line(status) : Report.of(result));
                    return RecoverCommand.exitCode(result.outcome());
                }
                if (isNews(last, status)) {
                    console.out().print(output.isJson() ? line(status) : text(status));
                    console.out().flush();
                }
                last = status;
                if (deadline.left().compareTo(LOOK) < 0) {
                    throw new CommandFailure(
                            ExitCodes.UNKNOWN,
                            "recovery of %s hasn't ended within %s; it goes on, and 'reanchor status %s' tells where it stands"
                                    .formatted(symbol.get(), Words.of(timeout), symbol.get()),
                            null);
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    private static boolean isNews(@Nullable ReanchorStatus last, ReanchorStatus status) {
        return last == null
                || last.stage() != status.stage()
                || !last.detail().equals(status.detail())
                || !last.noticed().equals(status.noticed());
    }

    private String text(ReanchorStatus status) {
        return Progress.line(status, console.clock().instant()) + System.lineSeparator();
    }

    private static String line(ReanchorStatus status) {
        return Json.of(status) + System.lineSeparator();
    }
}
