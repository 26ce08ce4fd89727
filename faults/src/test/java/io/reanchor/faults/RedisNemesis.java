package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Waits for a command boundary. */
final class RedisNemesis implements Nemesis {
    private final RedisCell cell;
    private final Server server;
    private final Observer observer;
    private final History history;
    private FaultProxy.@Nullable Held held;
    private boolean over;

    RedisNemesis(RedisCell cell, Server server, Observer observer, History history) {
        this.cell = cell;
        this.server = server;
        this.observer = observer;
        this.history = history;
    }

    @Override
    public void begins(Step step) {
        boolean met = held != null && held.met().isPresent();
        if (step == cell.step() && !met) {
            int at = server.proxy.seen().size() + cell.number();
            held = server.proxy.breakNext(
                    boundary -> boundary.number() == at, cell.fault().how(), this::strike);
        }
    }

    private void strike() {
        try {
            observer.awaitRead();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        history.add(
                PROCESS,
                cell.fault().name(),
                Type.info,
                Map.of("at", cell.boundary().command()));
        cell.fault().begin(server, cell.boundary(), history);
    }

    @Override
    public void failed() {
        FaultProxy.Held struck = held;
        if (struck != null && struck.met().isPresent() && !over) {
            over = true;
            try {
                struck.awaitArrival(); // it may still be beginning
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cell.fault().end(server, history);
            history.add(PROCESS, "healed", Type.info, Map.of());
        }
    }

    @Override
    public void end() throws Missed {
        failed();
        Optional<Boundary> met = held == null ? Optional.empty() : held.met();
        if (met.filter(boundary -> boundary.command().equals(cell.boundary().command()))
                .isEmpty()) {
            throw new Missed("%s: it was %s".formatted(cell, met));
        }
    }

    @Override
    public void release() {
        if (held != null) {
            held.release();
        }
    }
}
