package io.reanchor.faults;

import io.reanchor.testkit.check.Invariant;
import io.reanchor.testkit.check.Violation;
import io.reanchor.workflow.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Adds up what the cells gave. Thread-safe. */
final class MatrixReport {
    private final Map<Step, Map<String, Integer>> committed = new EnumMap<>(Step.class);
    private final Map<Step, Map<String, Integer>> runs = new EnumMap<>(Step.class);
    private final Map<Invariant, Integer> violations = new EnumMap<>(Invariant.class);
    private final Set<Cell> cells = new HashSet<>();
    private final Map<String, Integer> notRun = new TreeMap<>();
    private final long start = System.nanoTime();

    synchronized void cannotRun(Cell cell, String why) {
        notRun.merge("%s at %s (%s)".formatted(cell.column(), cell.at(), why), 1, Integer::sum);
    }

    synchronized void add(Cell cell, Outcome outcome, List<Violation> found) {
        cells.add(cell);
        count(runs, cell, 1);
        count(committed, cell, outcome == Outcome.COMMITTED ? 1 : 0);
        found.forEach(violation -> violations.merge(violation.invariant(), 1, Integer::sum));
    }

    private static void count(Map<Step, Map<String, Integer>> table, Cell cell, int more) {
        table.computeIfAbsent(cell.step(), step -> new TreeMap<>()).merge(cell.column(), more, Integer::sum);
    }

    private int sum(Invariant invariant) {
        return violations.getOrDefault(invariant, 0);
    }

    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        int all = runs.values().stream()
                .flatMap(row -> row.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
        lines.add(
                "%d cells, %d runs, in %d s".formatted(cells.size(), all, (System.nanoTime() - start) / 1_000_000_000));
        lines.add("torn %d, missing %d, double %d, unknown %d, lost %d; all violations: %s"
                .formatted(
                        sum(Invariant.NEVER_TORN),
                        sum(Invariant.NEVER_MISSING),
                        sum(Invariant.INSTALLED_ONCE),
                        sum(Invariant.OUTCOME_KNOWN),
                        sum(Invariant.NEVER_LOST),
                        violations));
        runs.forEach((step, row) -> row.forEach((fault, count) -> lines.add("  %-22s %-22s runs %4d, committed %4d"
                .formatted(
                        step,
                        fault,
                        count,
                        committed.getOrDefault(step, Map.of()).getOrDefault(fault, 0)))));
        notRun.forEach((what, count) -> lines.add("  not run, %d cells: %s".formatted(count, what)));
        return lines;
    }

    void print() {
        lines().forEach(System.out::println);
    }
}
