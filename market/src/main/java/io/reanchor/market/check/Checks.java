package io.reanchor.market.check;

import io.reanchor.market.check.Check.Severity;
import java.util.ArrayList;
import java.util.List;

/** All checks, and their run. Thread-safe. */
public final class Checks {
    /** In the order in which they run: structure first. */
    public static final List<Check> ALL = List.of(
            new Complete(),
            new Sequence(),
            new CoversGap(),
            new Uncrossed(),
            new Positive(),
            new DepthMin(),
            new Fresh(),
            new TradesContiguous(),
            new BarsConsistent(),
            new BarsMatchKlines(),
            new FeaturesMatch(),
            new PriceNear(),
            new NotShrunken());

    private Checks() {}

    /** Runs every check that isn't off, each to its end: one that throws has failed, saying why, and stops no other. */
    public static List<CheckResult> run(CheckInput input, CheckSettings settings) {
        return run(ALL, input, settings);
    }

    /** As {@link #run(CheckInput, CheckSettings)}, but for the checks that hold the state against what an exchange says of now. */
    public static List<CheckResult> ofStateAlone(CheckInput input, CheckSettings settings) {
        List<Check> alone = ALL.stream()
                .filter(check -> !(check instanceof Fresh) && !(check instanceof BarsMatchKlines))
                .toList();
        return run(alone, input, settings);
    }

    static List<CheckResult> run(List<Check> checks, CheckInput input, CheckSettings settings) {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : checks) {
            Severity severity = settings.severity(check);
            if (severity != Severity.OFF) {
                Finding finding = find(check, input, settings.threshold(check));
                results.add(new CheckResult(
                        check.name(),
                        severity == Severity.BLOCK,
                        finding.passed(),
                        finding.expected(),
                        input.symbol() + ": " + finding.actual()));
            }
        }
        return List.copyOf(results);
    }

    private static Finding find(Check check, CheckInput input, double threshold) {
        try {
            return check.check(input, threshold);
        } catch (RuntimeException e) {
            return new Finding(false, "a state that can be checked", "the check failed with " + e);
        }
    }
}
