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
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Servers and activities of its own, for one run at a time. */
final class Lane implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<Server.Kind, Server> servers = new EnumMap<>(Server.Kind.class);
    private final Activities activities = new Activities();

    /**
     * How a run ended.
     *
     * @param outcome as reported by the recovery that met the fault
     * @param next how the one after it ended, which met none
     */
    record Ended(Outcome outcome, Outcome next, Path history) {}

    /** The fault met another command, or none: on a very busy machine something else timed out first. */
    static final class Missed extends Exception {
        private static final long serialVersionUID = 1L;

        Missed(String what) {
            super(what);
        }
    }

    Activities activities() {
        return activities;
    }

    Server server() {
        return server(Server.Kind.FORGETFUL);
    }

    /** Lets each server see every script once: from then on a run begins with them known. */
    void warmUp(Seed seed) {
        for (Server.Kind kind : Server.Kind.values()) {
            Server server = server(kind);
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

    private Server server(Server.Kind kind) {
        return servers.computeIfAbsent(kind, Server::start);
    }

    /** A recovery that meets the fault; all that was on its way comes; then another recovery, undisturbed. */
    Ended run(Cell cell, Seed seed) throws IOException, InterruptedException, Missed {
        Server server = server(cell.fault().server());
        server.hold(seed.live());
        cell.fault().prepare(server);
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
            try {
                nemesis.end();
                observer.awaitRead();
                dump(server, "settled", history);
            } finally {
                activities.disconnect();
                onItsWay.release();
                nemesis.release();
                server.proxy.awaitEnd();
            }
            observer.awaitRead();
            dump(server, "end", history);

            activities.connect(server.uri(), seed.exchange(), Activities.UNHURRIED);
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
                    Fault.NEMESIS,
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
                history.add(Fault.NEMESIS, "healed", Type.info, Map.of());
            }
        }

        /** The recovery has ended: it met its fault, or the cell is wrong. */
        void end() throws Missed {
            failed();
            Optional<Boundary> met = held == null ? Optional.empty() : held.met();
            if (met.filter(boundary -> boundary.command().equals(cell.boundary().command()))
                    .isEmpty()) {
                throw new Missed("%s: it was %s".formatted(cell, met));
            }
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
        servers.values().forEach(Server::close);
    }
}
