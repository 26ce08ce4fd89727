package io.reanchor.faults;

import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.workflow.Outcome;
import java.time.Duration;
import java.util.Optional;

/** One cell of the matrix: what befalls a recovery, and where. */
sealed interface Cell permits RedisCell, ExchangeCell {
    /** For a file's name. */
    String name();

    /** How far the recovery goes. */
    Ending ending();

    Step step();

    /** The fault, for the report. */
    String column();

    /** Where it strikes, for the report. */
    String at();

    /** Why this can't happen there. */
    Optional<String> impossible();

    Server.Kind server();

    int seeds();

    Duration redisTimeout();

    /** How the recovery must end; empty when either end will do. */
    Optional<Outcome> must();

    /** Whether the live keys come with journals, which go on meanwhile. */
    default boolean journaled() {
        return false;
    }

    /** The attempts that each step of it has. */
    default int attempts() {
        return Driver.ATTEMPTS;
    }

    /** How long an attempt may last. */
    default Duration attemptTimeout() {
        return Activities.ATTEMPT;
    }

    /** The exchange that it asks. */
    default Exchange exchange(Seed seed) {
        return seed.exchange();
    }

    /** Done before the recovery begins. */
    void prepare(Server redis);

    Nemesis nemesis(Server redis, Exchange exchange, Observer observer, History history);
}
