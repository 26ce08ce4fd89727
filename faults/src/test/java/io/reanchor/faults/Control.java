package io.reanchor.faults;

import io.reanchor.faults.RawCutOver.Precaution;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Invariant;
import io.reanchor.testkit.check.SymbolKeys;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorActivities.Swap;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Cut-overs that are broken, each in one way: the checker must catch them, by the invariant that names what is wrong. */
enum Control {
    /** Five renames, one after the other: a reader comes between them. */
    SEPARATE_RENAMES(Invariant.NEVER_TORN, Ending.CUT_OVER, EnumSet.of(Precaution.WATCH, Precaution.OWNER)),
    /** Checked, then executed, and nothing watched: in between the flag expires and another run stages its own. */
    NO_WATCH(Invariant.REPORTED_TRULY, Ending.CUT_OVER, EnumSet.of(Precaution.TRANSACTION, Precaution.OWNER)),
    /** The flag alone is checked: a late load of the same run has put an older book there. */
    NO_OWNER_CHECK(Invariant.CONTENT_TRUE, Ending.CUT_OVER, EnumSet.of(Precaution.TRANSACTION, Precaution.WATCH)),
    /** The reply is lost, so all of it is done again. */
    BLIND_RETRY(Invariant.INSTALLED_ONCE, Ending.CUT_OVER, EnumSet.allOf(Precaution.class)) {
        @Override
        Outcome unknown(Driver driver, RespClient redis, Swap swap) throws IOException {
            redis.call("SET", KEYS.flag(), driver.token(), "PX", "60000");
            for (int i = 0; i < KEYS.live().size(); i++) {
                redis.call("COPY", KEYS.live().get(i), KEYS.staged().get(i));
            }
            String generation = new RawCutOver(redis, driver.token(), EnumSet.of(Precaution.TRANSACTION))
                    .run(swap)
                    .orElseThrow();
            return driver.report(Outcome.COMMITTED, generation);
        }
    },
    /** What is journaled between the last catch-up and EXEC waits for an event that doesn't come. */
    NO_FOLLOW(Invariant.FOLLOWED, Ending.CUT_OVER, EnumSet.allOf(Precaution.class)),
    /** The EXEC is on its way; the receipt isn't there, so it is said to be rolled back. */
    UNDO_BY_READING(Invariant.REPORTED_TRULY, Ending.LATE_EXEC, EnumSet.allOf(Precaution.class)) {
        @Override
        Outcome unknown(Driver driver, RespClient redis, Swap swap) throws IOException {
            String live = String.valueOf(RespClient.text(redis.call("HGET", KEYS.meta(), "gen")));
            if (live.endsWith("-" + driver.token())) {
                throw new IllegalStateException("the EXEC should be on its way, but live is " + live);
            }
            return driver.report(Outcome.ROLLED_BACK, "");
        }
    },
    /** The reply is lost; what was live before is put back, to be sure. */
    UNDO_BY_PUTTING_BACK(Invariant.NEVER_BACKWARDS, Ending.LOST_REPLY, EnumSet.allOf(Precaution.class)) {
        @Override
        Outcome unknown(Driver driver, RespClient redis, Swap swap) throws IOException {
            redis.call("MULTI");
            for (int i = 0; i < KEYS.live().size(); i++) {
                redis.call("RENAME", KEYS.old().get(i), KEYS.live().get(i));
                redis.call("PERSIST", KEYS.live().get(i));
            }
            redis.call("EXEC");
            return driver.report(Outcome.ROLLED_BACK, "");
        }
    };

    private static final SymbolKeys KEYS = Seed.KEYS;
    private static final Duration UNHURRIED = Duration.ofSeconds(20);

    private final Invariant caughtBy;
    private final Ending ending;
    private final Set<Precaution> precautions;

    Control(Invariant caughtBy, Ending ending, Set<Precaution> precautions) {
        this.caughtBy = caughtBy;
        this.ending = ending;
        this.precautions = precautions;
    }

    Invariant caughtBy() {
        return caughtBy;
    }

    /** How the right one ends under this schedule. */
    Ending ending() {
        return ending;
    }

    /** The broken cut-over of what is staged, and what its caller makes of it. */
    Outcome cutOver(Driver driver, Server server, Swap swap) throws IOException {
        Duration patience = ending == Ending.LATE_EXEC ? Activities.OPERATION_TIMEOUT : UNHURRIED;
        try (RespClient redis = server.connectAsService(patience)) {
            Optional<String> generation = new RawCutOver(redis, driver.token(), precautions).run(swap);
            return generation.isPresent()
                    ? driver.report(Outcome.COMMITTED, generation.get())
                    : driver.settle(Step.UNDO);
        } catch (IOException e) {
            try (RespClient redis = server.connectAsService(UNHURRIED)) {
                return unknown(driver, redis, swap);
            }
        }
    }

    /** The reply is lost. */
    Outcome unknown(Driver driver, RespClient redis, Swap swap) throws IOException {
        throw new IOException("nobody has lost the reply of " + this);
    }
}
