package io.reanchor.cli;

import io.reanchor.demo.GapBench;
import io.reanchor.demo.RecoveryBench;
import io.reanchor.demo.bench.CutOverBench;
import io.reanchor.demo.bench.MassBench;
import io.reanchor.demo.bench.ReadersBench;
import io.reanchor.demo.bench.StagingBench;
import java.util.List;
import java.util.Locale;

/** What the benches found, for a person. */
final class BenchTexts {
    private BenchTexts() {}

    static String ofReaders(List<ReadersBench.Result> results) {
        StringBuilder text = new StringBuilder();
        for (ReadersBench.Result r : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%d levels a side, %d reads a second, %d windows of each kind, %d cut-overs: %d torn, %d missing, %d stale%n",
                    r.levels(),
                    r.readsPerSecond(),
                    r.windows(),
                    r.cutOvers(),
                    r.torn(),
                    r.missing(),
                    r.stale()));
            text.append(times("with cut-overs", r.with())).append(times("without", r.without()));
            text.append(String.format(Locale.ROOT, "  p99.9 with, to without: %.2f, median of pairs%n", r.ratio()));
        }
        return text.toString();
    }

    private static String times(String what, ReadersBench.Times times) {
        return String.format(
                Locale.ROOT,
                "  %-15s p50 %7.3f   p99 %7.3f   p99.9 %7.3f   max %7.3f ms%n",
                what,
                times.p50(),
                times.p99(),
                times.p999(),
                times.max());
    }

    static String of(RecoveryBench.Result r) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, """
                a recovery takes %.2f x the same workflow with empty steps, medians of %d
                  recovery  %7.1f ms from the report to the end of its workflow
                  empty     %7.1f ms, in turns with it
                  behind    %7.1f ms, the book at the swap; %.1f at most
                """, r.ratio(), r.rounds(), r.recovery(), r.empty(), r.behind(), r.behindMax()));
        r.stages().forEach((stage, ms) -> text.append(String.format(Locale.ROOT, "  %-18s %6.0f ms%n", stage, ms)));
        return text.toString();
    }

    static String ofGaps(List<GapBench.Result> results) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-30s %5s %8s %16s %19s %22s %6s%n",
                "seconds",
                "gaps",
                "outage",
                "stale, silent",
                "suspected, med/max",
                "back to true, med/max",
                "wrong"));
        for (GapBench.Result r : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-30s %5d %8.3f %16.3f %11.3f / %5.3f %14.3f / %5.3f %6d%n",
                    r.kind(),
                    r.gaps(),
                    r.outage(),
                    r.silent(),
                    r.suspectedMedian(),
                    r.suspectedMax(),
                    r.trueMedian(),
                    r.trueMax(),
                    r.wrong()));
        }
        return text.toString();
    }

    static String of(MassBench.Result r) {
        return String.format(
                Locale.ROOT,
                """
                %d symbols at once: %d committed, %d rolled back, %d others; %d requests over the budget
                  weight    %d of %d a minute of %d s
                  took      %.2f s to the last cut-over
                  budget    %.2f s at its pace: %.2f x; nobody could end before %.2f s
                """,
                r.symbols(),
                r.committed(),
                r.rolledBack(),
                r.others(),
                r.refused(),
                r.weight(),
                r.limit(),
                r.period().toSeconds(),
                r.took().toMillis() / 1e3,
                r.atPace().toMillis() / 1e3,
                r.ratio(),
                r.earliest().toMillis() / 1e3);
    }

    static String ofCutOvers(List<CutOverBench.Result> results) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "µs of the server, medians of %d rounds, in turns with the least MULTI%n%10s %8s %12s %7s %8s %8s %10s%n",
                results.get(0).rounds(),
                "fields",
                "EXEC",
                "least MULTI",
                "ratio",
                "checks",
                "total",
                "slowest"));
        for (CutOverBench.Result r : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,10d %8d %12d %7.2f %8d %8d %10d%n",
                    r.fields(),
                    r.exec(),
                    r.leastExec(),
                    r.ratio(),
                    r.checks(),
                    r.total(),
                    r.slowest()));
        }
        long least =
                results.stream().mapToLong(CutOverBench.Result::total).min().orElseThrow();
        long most = results.stream().mapToLong(CutOverBench.Result::total).max().orElseThrow();
        return text.append(String.format(Locale.ROOT, "total, largest to smallest: %.2f%n", (double) most / least))
                .toString();
    }

    static String of(StagingBench.Result r) {
        return String.format(
                Locale.ROOT, """
                staging a book of %d levels a side takes %.2f x the bare HSETs of the same fields
                  staged   %.0f µs, median of %d
                  bare     %.0f µs, median of %d, in turns with it
                """, r.levels(), r.ratio(), r.stagedMicros(), r.rounds(), r.bareMicros(), r.rounds());
    }
}
