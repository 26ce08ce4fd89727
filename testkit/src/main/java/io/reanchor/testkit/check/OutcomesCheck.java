package io.reanchor.testkit.check;

import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.Run.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges what recoveries reported by what was in Redis. */
final class OutcomesCheck {
    /** Generations that were seen in Redis, live or listed by the live receipt, between two times. */
    private record Sight(long from, long to, List<String> generations, boolean dump) {}

    private final Run run;
    private final List<Sight> sights = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();

    OutcomesCheck(Run run) {
        this.run = run;
        run.reads.forEach(read -> sights.add(new Sight(
                read.begin().time(),
                read.endTime(),
                run.symbol.live().stream()
                        .map(key -> read.result().path(key).path("gen").asText())
                        .distinct()
                        .toList(),
                false)));
        run.dumps.forEach(dump -> sights.add(
                new Sight(dump.begin().time(), dump.endTime(), Generations.listed(dump.keys(), run.symbol), true)));
        sights.sort(Comparator.comparingLong(Sight::to));
    }

    List<Violation> check() {
        for (Operation recovery : run.recoveries) {
            if (recovery.ended(Type.ok)) {
                committed(recovery);
            } else if (recovery.ended(Type.fail)) {
                rolledBack(recovery);
            } else {
                found(Invariant.OUTCOME_KNOWN, recovery, "nobody knows how it ended", recovery.endTime());
            }
            once(recovery);
        }
        return violations;
    }

    private void committed(Operation recovery) {
        String generation = recovery.result().path("generation").asText();
        if (!Generations.token(generation).equals(recovery.token())) {
            found(
                    Invariant.REPORTED_TRULY,
                    recovery,
                    "reported another's generation " + generation,
                    recovery.endTime());
        }
        boolean seen = sights.stream().anyMatch(sight -> sight.generations.contains(generation));
        if (!seen && !run.lost(recovery)) {
            found(Invariant.REPORTED_TRULY, recovery, generation + " was never there", recovery.endTime());
        }
        for (Sight sight : sights) {
            boolean after = sight.from >= recovery.endTime();
            if (seen && after && sight.dump && !sight.generations.contains(generation) && !run.lost(recovery)) {
                found(Invariant.NEVER_LOST, recovery, generation + " is gone: " + sight.generations, sight.to);
            }
        }
    }

    private void rolledBack(Operation recovery) {
        for (Sight sight : sights) {
            boolean lostSince = sight.to < recovery.endTime() && run.lost(sight.from, recovery.endTime());
            sight.generations.stream()
                    .filter(generation -> Generations.token(generation).equals(recovery.token()) && !lostSince)
                    .findFirst()
                    .ifPresent(generation -> found(
                            Invariant.REPORTED_TRULY,
                            recovery,
                            "reported rolled back, but %s was live".formatted(generation),
                            sight.to));
        }
    }

    /** Two generations of one recovery, unless the server lost the first. */
    private void once(Operation recovery) {
        @Nullable Sight before = null;
        for (Sight sight : sights) {
            List<String> installed = sight.generations.stream()
                    .filter(generation -> Generations.token(generation).equals(recovery.token()))
                    .toList();
            if (installed.isEmpty()) {
                continue;
            }
            boolean another =
                    before != null && !before.generations.containsAll(installed) && !run.lost(before.from, sight.to);
            if (installed.size() > 1 || another) {
                found(Invariant.INSTALLED_ONCE, recovery, "installed " + installed, sight.to);
            }
            before = sight;
        }
    }

    private void found(Invariant invariant, Operation recovery, String what, long time) {
        violations.add(new Violation(invariant, recovery.begin().process() + ": " + what, time));
    }
}
