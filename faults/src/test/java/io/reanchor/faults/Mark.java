package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** The command of a step by which a process that fails there is told from others: where its effect is. */
enum Mark {
    FLAG("Claims a symbol"),
    STAGE_BOOK("First write of a load", "ob:new:"),
    WRITE_BOOK("A later write of a load", "ob:new:"),
    STAGE_BARS("First write of a load", "tr:new:"),
    FEATURES("Stages the features whole"),
    /** Read back for the checks, after the features were staged. */
    VALIDATION("") {
        @Override
        Predicate<Boundary> boundary() {
            AtomicBoolean features = new AtomicBoolean();
            return boundary -> {
                if (boundary.script().startsWith("Stages the features whole")) {
                    features.set(true);
                }
                return features.get()
                        && boundary.name().equals("HGETALL")
                        && boundary.keys().toString().contains("ob:new:");
            };
        }
    },
    SEAL("Seals what is staged"),
    EXEC("") {
        @Override
        Predicate<Boundary> boundary() {
            AtomicBoolean published = new AtomicBoolean();
            return boundary -> published.getAndSet(boundary.name().equals("PUBLISH"))
                    && boundary.name().equals("EXEC");
        }
    },
    SETTLE("Finds out whether this token");

    private final String script;
    private final String key;

    Mark(String script) {
        this(script, "");
    }

    Mark(String script, String key) {
        this.script = script;
        this.key = key;
    }

    /** Of the commands of one recovery, in their order, whichever worker sends them. */
    Predicate<Boundary> boundary() {
        return boundary -> boundary.script().startsWith(script)
                && boundary.keys().toString().contains(key);
    }
}
