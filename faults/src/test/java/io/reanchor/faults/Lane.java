package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Dump;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.testkit.check.Truth;
import io.reanchor.workflow.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Servers and activities of its own, for one run at a time. */
final class Lane implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Server forgetful = Server.start(false);
    private final Activities activities = new Activities();
    private @Nullable Server persistent;

    /**
     * How a run ended.
     *
     * @param outcome as reported by the recovery that met the fault
     * @param next how the one after it ended, which met none
     */
    record Ended(Outcome outcome, Outcome next, Path history) {}

    Activities activities() {
        return activities;
    }

    Server server() {
        return forgetful;
    }

    /** Lets each server see every script once: from then on a run begins with them known. */
    void warmUp(Seed seed) {
        for (Server server : List.of(forgetful, server(Fault.KILLED_BEFORE_AOF))) {
            server.hold(seed.live());
            activities.connect(server.uri(), seed.exchange());
            new Driver(
                            activities,
                            new History(),
                            Quiet.WATCHER,
                            "warm-up",
                            UUID.randomUUID().toString())
                    .recover(seed.exchange().gap(), Ending.CUT_OVER);
            new Driver(
                            activities,
                            new History(),
                            Quiet.WATCHER,
                            "warm-up",
                            UUID.randomUUID().toString())
                    .recover(seed.exchange().gap(), Ending.GIVEN_UP);
            activities.disconnect();
        }
    }

    private Server server(Fault fault) {
        if (!fault.needsPersistence()) {
            return forgetful;
        }
        Server server = persistent;
        if (server == null) {
            server = Server.start(true);
            persistent = server;
        }
        return server;
    }

    /** A recovery that meets the fault; all that was on its way comes; then another recovery, undisturbed. */
    Ended run(Cell cell, Seed seed) throws IOException, InterruptedException {
        Server server = server(cell.fault());
        server.hold(seed.live());
        activities.connect(server.uri(), seed.exchange());
        History history = new History();
        history.add(
                "test",
                "begin",
                Type.info,
                Map.of("symbol", Exchange.SYMBOL, "cell", cell.toString(), "seed", seed.number()));
        Truth.tell(seed.exchange().market(), Exchange.DEPTH, history);
        Outcome outcome;
        Outcome next;
        try (Observer observer = Observer.start("reader", server::connect, Seed.KEYS, history)) {
            observer.awaitRead();
            dump(server, "begin", history);
            server.proxy.startCounting();
            FaultProxy.Held onItsWay = ExecFault.order(cell.ending(), server.proxy);
            Nemesis nemesis = new Nemesis(cell, server, observer, history);
            outcome = driver(history, nemesis, "recovery-1")
                    .recover(seed.exchange().gap(), cell.ending());
            nemesis.end();
            observer.awaitRead();
            dump(server, "settled", history);

            activities.disconnect();
            onItsWay.release();
            nemesis.release();
            server.proxy.awaitEnd();
            observer.awaitRead();
            dump(server, "end", history);

            activities.connect(server.uri(), seed.exchange());
            next = driver(history, Quiet.WATCHER, "recovery-2")
                    .recover(seed.exchange().gap(), Ending.CUT_OVER);
            observer.awaitRead();
            dump(server, "next", history);
            activities.disconnect();
        }
        Path file = History.file(cell.name(), seed.number());
        history.write(file);
        return new Ended(outcome, next, file);
    }

    private Driver driver(History history, Driver.Watcher watcher, String process) {
        return new Driver(
                activities, history, watcher, process, UUID.randomUUID().toString());
    }

    private static void dump(Server server, String when, History history) throws IOException {
        try (RespClient client = server.connect(TIMEOUT)) {
            Dump.take(client, Seed.KEYS, when, history);
        }
    }

    /** Waits for the cell's boundary, and does there what is the cell's fault. */
    private static final class Nemesis implements Driver.Watcher {
        private final Cell cell;
        private final Server server;
        private final Observer observer;
        private final History history;
        private FaultProxy.@Nullable Held held;
        private boolean over;

        Nemesis(Cell cell, Server server, Observer observer, History history) {
            this.cell = cell;
            this.server = server;
            this.observer = observer;
            this.history = history;
        }

        @Override
        public void begins(Step step) {
            if (step == cell.step() && held == null) {
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
                    Fault.NEMESIS,
                    cell.fault().name(),
                    Type.info,
                    Map.of("at", cell.boundary().command()));
            cell.fault().begin(server, cell.boundary(), history);
        }

        @Override
        public void failed() {
            if (held != null && held.met().isPresent() && !over) {
                over = true;
                cell.fault().end(server, history);
                history.add(Fault.NEMESIS, "healed", Type.info, Map.of());
            }
        }

        /** The recovery has ended: it met its fault, or the cell is wrong. */
        void end() {
            if (held == null) {
                throw new IllegalStateException(cell + ": the step never began");
            }
            Boundary met = held.met().orElseThrow(() -> new IllegalStateException(cell + ": the boundary never came"));
            if (!met.command().equals(cell.boundary().command())) {
                throw new IllegalStateException(cell + ": it was " + met.command());
            }
            failed();
        }

        void release() {
            if (held != null) {
                held.release();
            }
        }
    }

    @Override
    public void close() {
        activities.close();
        forgetful.close();
        if (persistent != null) {
            persistent.close();
        }
    }
}
