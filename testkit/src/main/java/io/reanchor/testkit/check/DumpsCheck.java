package io.reanchor.testkit.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.testkit.check.Run.Operation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Judges all that stands in Redis when recoveries have ended. */
final class DumpsCheck {
    private final Run run;
    private final List<Violation> violations = new ArrayList<>();

    DumpsCheck(Run run) {
        this.run = run;
    }

    List<Violation> check() {
        for (int i = 0; i < run.dumps.size(); i++) {
            Operation dump = run.dumps.get(i);
            boolean settled = run.recoveries.stream()
                    .noneMatch(
                            recovery -> recovery.begin().time() < dump.begin().time()
                                    && recovery.endTime() > dump.begin().time());
            listed(dump);
            lasting(dump);
            if (settled) {
                nothingLeft(dump);
            }
            if (i > 0) {
                untouched(run.dumps.get(i - 1), dump);
            }
        }
        return violations;
    }

    private void listed(Operation dump) {
        List<String> generations = Generations.listed(dump.keys(), run.symbol);
        long tokens = generations.stream().map(Generations::token).distinct().count();
        long numbers = generations.stream().map(Generations::number).distinct().count();
        if (tokens < generations.size() || numbers < generations.size()) {
            found(Invariant.INSTALLED_ONCE, dump, "the receipt lists " + generations);
        }
        String live = gen(dump, run.symbol.meta());
        if (!live.isEmpty()
                && run.symbol.old().stream().anyMatch(old -> gen(dump, old).equals(live))) {
            found(Invariant.INSTALLED_ONCE, dump, live + " is live, and is what it replaced");
        }
    }

    private void lasting(Operation dump) {
        run.symbol.live().stream()
                .map(name -> dump.keys().path(name))
                .filter(key -> key.has("pttl") && key.path("pttl").asLong() != -1)
                .forEach(key -> found(Invariant.LIVE_FOR_EVER, dump, "a live key has a TTL: " + key.path("pttl")));
    }

    /** A flag on a timer may come back: a claim that was on its way when its run had ended (it blocks until then, no more). */
    private void nothingLeft(Operation dump) {
        Set<String> known = run.symbol.all();
        boolean settledLongAgo = dump.result().path("when").asText().equals("end");
        for (Iterator<String> names = dump.keys().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            boolean onTimer = dump.keys().path(name).path("pttl").asLong() > 0;
            boolean lateFlag = name.equals(run.symbol.flag()) && onTimer && settledLongAgo;
            boolean fine = run.symbol.live().contains(name)
                    || (run.symbol.old().contains(name) && onTimer)
                    || lateFlag
                    || run.symbol.journals().contains(name)
                    || name.equals(SymbolKeys.EVENTS);
            if (!fine) {
                String what = known.contains(name) ? name : name + ", which nobody knows,";
                found(Invariant.NOTHING_LEFT, dump, what + " is left" + (onTimer ? "" : " for ever"));
            }
        }
    }

    /** Between two dumps: what is still live is the same, and what was replaced lies beside it unchanged. */
    private void untouched(Operation before, Operation after) {
        if (run.lost(before.begin().time(), after.endTime())) {
            return;
        }
        String was = gen(before, run.symbol.meta());
        // A hash that grew, or was loaded, is still being rehashed: the same fields in another order. What was there
        // first isn't.
        boolean sameBytes = was.equals(gen(run.dumps.get(0), run.symbol.meta())) && !run.restarted(0, after.endTime());
        String is = gen(after, run.symbol.meta());
        long installed = Generations.listed(after.keys(), run.symbol).indexOf(was);
        for (int i = 0; i < run.symbol.live().size(); i++) {
            JsonNode key = before.keys().path(run.symbol.live().get(i));
            boolean replaced = !was.equals(is);
            String name = (replaced ? run.symbol.old() : run.symbol.live()).get(i);
            JsonNode now = after.keys().path(name);
            boolean kept = !replaced || installed == 1; // of those before the last only the receipt tells
            String what = sameBytes ? "dump" : "digest";
            if (kept && !key.path(what).equals(now.path(what))) {
                found(
                        Invariant.UNTOUCHED,
                        after,
                        "%s isn't what %s was".formatted(name, run.symbol.live().get(i)));
            }
        }
    }

    private String gen(Operation dump, String key) {
        return dump.keys().path(key).path("gen").asText();
    }

    private void found(Invariant invariant, Operation dump, String what) {
        violations.add(new Violation(
                invariant,
                "dump \"%s\": %s".formatted(dump.result().path("when").asText(), what),
                dump.endTime()));
    }
}
