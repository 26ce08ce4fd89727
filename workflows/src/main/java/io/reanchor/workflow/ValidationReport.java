package io.reanchor.workflow;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the checks said of the staged state, each with what it expected and what it found.
 *
 * @param checks in the order in which they ran
 * @param live where live was when they ran, or null when that wasn't told
 * @param staged where what they ran on was, or null
 */
public record ValidationReport(List<Check> checks, Comparison.@Nullable Side live, Comparison.@Nullable Side staged) {
    /** The check on the snapshot's age. */
    public static final String FRESH = "FRESH";

    public ValidationReport {
        checks = List.copyOf(checks);
    }

    public ValidationReport(List<Check> checks) {
        this(checks, null, null);
    }

    /** The same, with where live and what is staged were. */
    public ValidationReport with(Comparison.Side live, Comparison.Side staged) {
        return new ValidationReport(checks, live, staged);
    }

    /**
     * One check's word.
     *
     * @param name e.g. {@code UNCROSSED}
     * @param blocking whether a failure forbids the cut-over; otherwise it is a warning
     * @param passed whether it held
     * @param expected what should be
     * @param actual what was there
     */
    public record Check(String name, boolean blocking, boolean passed, String expected, String actual) {}

    /** Whether no blocking check failed. */
    public boolean passed() {
        return failed().isEmpty();
    }

    /** Whether nothing is wrong but the snapshot's age, which another snapshot mends. */
    boolean isOnlyTooOld() {
        return !passed() && failed().stream().allMatch(c -> c.name().equals(FRESH));
    }

    /** Which blocking checks failed, each with what it expected and found. */
    public String refusal(String symbol) {
        return failed().stream()
                .map(c -> "%s expected %s, found %s".formatted(c.name(), c.expected(), c.actual()))
                .collect(Collectors.joining("; ", symbol + ": the staged state was refused: ", ""));
    }

    /** The blocking checks that failed. */
    public List<Check> failed() {
        return checks.stream().filter(c -> c.blocking() && !c.passed()).toList();
    }

    /** The checks that failed without blocking. */
    public List<Check> warnings() {
        return checks.stream().filter(c -> !c.blocking() && !c.passed()).toList();
    }
}
