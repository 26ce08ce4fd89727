package io.reanchor.testkit.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.testkit.check.Run.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges what readers saw. */
final class ReadsCheck {
    private final Run run;
    private final List<Violation> violations = new ArrayList<>();
    /** Digest of each key by generation: nobody but a cut-over writes, and who follows the journals after it. */
    private final Map<String, String> contents = new HashMap<>();

    private final Map<String, Operation> latest = new HashMap<>();
    private final Map<Long, String> generations = new HashMap<>();

    ReadsCheck(Run run) {
        this.run = run;
    }

    List<Violation> check() {
        run.reads.forEach(this::check);
        return violations;
    }

    private void check(Operation read) {
        Set<String> seen = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (String name : run.symbol.live()) {
            JsonNode key = read.result().path(name);
            if (key.isEmpty()) {
                missing.add(name);
                continue;
            }
            String generation = key.path("gen").asText();
            seen.add(generation);
            if (key.path("size").asLong() == 0) {
                found(Invariant.NEVER_EMPTY, read, name + " has no content");
            }
            if (key.path("pttl").asLong() != -1) {
                found(Invariant.LIVE_FOR_EVER, read, name + " has a TTL of " + key.path("pttl") + " ms");
            }
            String digest = key.path("digest").asText();
            String before = contents.putIfAbsent(generation + " " + name, digest);
            boolean moves = run.journaled && !generation.equals(run.first()); // by what the journals have
            if (before != null && !before.equals(digest) && !moves) {
                found(Invariant.UNTOUCHED, read, "%s changed within generation %s".formatted(name, generation));
            }
        }
        if (!missing.isEmpty()) {
            // All gone at once is the server's loss, when it was declared; a part is never.
            if (!seen.isEmpty() || !run.lostAll(read.endTime())) {
                found(Invariant.NEVER_MISSING, read, missing + " aren't there");
            }
            return;
        }
        if (seen.size() > 1) {
            found(Invariant.NEVER_TORN, read, "generations " + seen);
            return;
        }
        generation(read, seen.iterator().next());
    }

    private void generation(Operation read, String generation) {
        Operation before = latest.put(read.begin().process(), read);
        long number = Generations.number(generation);
        if (before != null && run.lost(before.begin().time(), read.endTime())) {
            generations.clear(); // numbers may come again; their tokens don't
        } else if (before != null && number < Generations.number(generationOf(before))) {
            found(Invariant.NEVER_BACKWARDS, read, "%s after %s".formatted(generation, generationOf(before)));
        }
        @Nullable String other = generations.putIfAbsent(number, generation);
        if (other != null && !other.equals(generation)) {
            found(Invariant.INSTALLED_ONCE, read, "%s and %s".formatted(other, generation));
        }
    }

    private String generationOf(Operation read) {
        return read.result().path(run.symbol.meta()).path("gen").asText();
    }

    private void found(Invariant invariant, Operation read, String what) {
        violations.add(new Violation(invariant, read.begin().process() + ": " + what, read.endTime()));
    }
}
