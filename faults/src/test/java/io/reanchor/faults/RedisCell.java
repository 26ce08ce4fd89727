package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.workflow.Outcome;
import java.time.Duration;
import java.util.Optional;

/**
 * A fault at a command boundary.
 *
 * @param ending of the recovery that meets it
 * @param number of the boundary within its step, from 1
 * @param boundary as the dry run saw it
 * @param journaled whether the live keys come with journals
 */
record RedisCell(Ending ending, Step step, int number, Boundary boundary, Fault fault, boolean journaled)
        implements Cell {
    @Override
    public String name() {
        return "%s-%03d-%s%s".formatted(step, number, fault, journaled ? "-journaled" : "");
    }

    @Override
    public String column() {
        return fault.name();
    }

    @Override
    public String at() {
        return boundary.name();
    }

    @Override
    public Optional<String> impossible() {
        return fault.impossible(boundary);
    }

    @Override
    public Server.Kind server() {
        return fault.server();
    }

    @Override
    public int seeds() {
        return journaled ? 1 : fault.seeds();
    }

    @Override
    public Duration redisTimeout() {
        return server() == Server.Kind.CLUSTER ? ending.unhurried() : Activities.OPERATION_TIMEOUT;
    }

    @Override
    public Optional<Outcome> must() {
        return fault.passes(step) && ending == Ending.CUT_OVER ? Optional.of(Outcome.COMMITTED) : Optional.empty();
    }

    @Override
    public void prepare(Server redis) {
        fault.prepare(redis);
    }

    @Override
    public Nemesis nemesis(Server redis, Exchange exchange, Observer observer, History history) {
        return new RedisNemesis(this, redis, observer, history);
    }

    @Override
    public String toString() {
        return "%s at %s %d, %s%s"
                .formatted(fault, step, number, boundary.command(), journaled ? ", with journals" : "");
    }
}
