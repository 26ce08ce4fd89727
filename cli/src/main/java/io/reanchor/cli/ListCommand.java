package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.RecoverySummary;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reanchor list}: the recoveries that Temporal knows of. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the recoveries that run, and those that Temporal keeps; may lag by a second.")
final class ListCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Mixin
    private final LimitOption limit = new LimitOption();

    ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (ReanchorClient client = connection.connect()) {
            List<RecoverySummary> recoveries = client.list(limit.get());
            if (output.isLines()) {
                recoveries.forEach(recovery -> console.out().println(Json.of(recovery)));
            } else if (output.isJson()) {
                console.out().println(Json.of(new Recoveries(recoveries)));
            } else {
                table(recoveries);
            }
            return ExitCodes.OK;
        }
    }

    private void table(List<RecoverySummary> recoveries) {
        PrintWriter out = console.out();
        String row = "%-12s  %-10s  %-20s  %-20s  %s%n";
        out.printf(row, "SYMBOL", "STATE", "STARTED", "ENDED", "RUN");
        for (RecoverySummary r : recoveries) {
            out.printf(row, r.symbol(), r.state(), time(r.startedAt()), time(r.endedAt()), r.runId());
        }
    }

    private static String time(@Nullable Instant at) {
        return at == null ? "-" : at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** One JSON object, so that it can grow. */
    record Recoveries(List<RecoverySummary> recoveries) {}
}
