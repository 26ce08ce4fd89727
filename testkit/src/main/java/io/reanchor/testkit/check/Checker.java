package io.reanchor.testkit.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Judges a run by its history alone. */
public final class Checker {
    private Checker() {}

    /**
     * What didn't hold, by time; empty when all did.
     *
     * @throws IllegalArgumentException when it is no history
     */
    public static List<Violation> check(List<Event> history) {
        Run run = new Run(history);
        List<Violation> all = new ArrayList<>();
        all.addAll(new ReadsCheck(run).check());
        all.addAll(new OutcomesCheck(run).check());
        all.addAll(new DumpsCheck(run).check());
        all.addAll(new ContentCheck(run).check());
        all.addAll(new FollowedCheck(run).check());
        all.sort(Comparator.comparingLong(Violation::time));
        return all;
    }

    /** Judges histories that were kept, a file an argument; ends with 1 when something didn't hold. */
    public static void main(String[] files) {
        boolean held = true;
        for (String file : files) {
            List<Violation> violations = check(History.read(Path.of(file)));
            held &= violations.isEmpty();
            System.out.println(file + ": " + (violations.isEmpty() ? "all invariants held" : ""));
            violations.forEach(violation -> System.out.println("  " + violation));
        }
        System.exit(held ? 0 : 1);
    }
}
