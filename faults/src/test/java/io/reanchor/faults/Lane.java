package io.reanchor.faults;

import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.check.Dump;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.testkit.check.Truth;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Servers and activities of its own, for one run at a time; clusters are shared, and taken for a run. */
final class Lane implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<Server.Kind, Server> servers = new EnumMap<>(Server.Kind.class);
    private final BlockingQueue<Server> clusters;
    private final Activities activities = new Activities();

    Lane(BlockingQueue<Server> clusters) {
        this.clusters = clusters;
    }

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
        return server(Server.Kind.FORGETFUL);
    }

    /** Lets each server see every script once: from then on a run begins with them known. */
    void warmUp(Seed seed) {
        for (Server.Kind kind : List.of(Server.Kind.FORGETFUL, Server.Kind.PERSISTENT, Server.Kind.REPLICATED)) {
            warmUp(server(kind), seed);
            warmUpJournaled(server(kind), seed);
        }
    }

    private void warmUpJournaled(Server server, Seed seed) {
        server.hold(seed.live());
        try (Ingestor ingestor = seed.ingestor()) {
            ingestor.begin(server);
            activities.connect(server.topology(), ingestor.exchange(), Activities.UNHURRIED);
            Driver.Watcher watcher = ingestor.beside(Quiet.WATCHER, server);
            driver(new History(), watcher, "warm-up", Driver.ATTEMPTS).recover(ingestor.gap(), Ending.CUT_OVER);
            activities.disconnect();
        }
    }

    /** The same for a server that isn't the lane's own. */
    void warmUp(Server server, Seed seed) {
        server.hold(seed.live());
        activities.connect(server.topology(), seed.exchange(), Activities.UNHURRIED);
        for (Ending ending : List.of(Ending.CUT_OVER, Ending.GIVEN_UP)) {
            driver(new History(), Quiet.WATCHER, "warm-up", Driver.ATTEMPTS)
                    .recover(seed.exchange().gap(), ending);
        }
        activities.disconnect();
    }

    private Server server(Server.Kind kind) {
        return servers.computeIfAbsent(kind, Server::start);
    }

    /** A recovery that meets the fault; all that was on its way comes; then another recovery, undisturbed. */
    Ended run(Cell cell, Seed seed) throws IOException, InterruptedException, Nemesis.Missed {
        boolean cluster = cell.server() == Server.Kind.CLUSTER;
        Server server = cluster ? clusters.take() : server(cell.server());
        try (Ingestor ingestor = cell.journaled() ? seed.ingestor() : null) {
            return run(cell, seed, server, ingestor);
        } finally {
            if (cluster) {
                clusters.add(server);
            }
        }
    }

    private Ended run(Cell cell, Seed seed, Server server, @Nullable Ingestor ingestor)
            throws IOException, InterruptedException, Nemesis.Missed {
        Exchange exchange = ingestor == null ? cell.exchange(seed) : ingestor.exchange();
        try {
            return run(cell, seed, server, exchange, ingestor);
        } finally {
            if (exchange != seed.exchange()) {
                exchange.close();
            }
        }
    }

    private Ended run(Cell cell, Seed seed, Server server, Exchange exchange, @Nullable Ingestor ingestor)
            throws IOException, InterruptedException, Nemesis.Missed {
        server.hold(seed.live());
        if (ingestor != null) {
            ingestor.begin(server);
        }
        cell.prepare(server);
        activities.connect(server.topology(), exchange, cell.redisTimeout());
        activities.limitAttempts(cell.attemptTimeout());
        History history = new History();
        history.add(
                "test",
                "begin",
                Type.info,
                Map.of(
                        "symbol",
                        Exchange.SYMBOL,
                        "tagged",
                        server.keys.tagged(),
                        "journaled",
                        cell.journaled(),
                        "cell",
                        cell.toString(),
                        "seed",
                        seed.number()));
        Truth.tell(exchange.market(), exchange.depth, history);
        Outcome outcome;
        Outcome next;
        try (Observer observer = Observer.start("reader", server::connect, server.keys, history)) {
            observer.awaitRead();
            dump(server, "begin", history);
            server.proxy.startCounting();
            FaultProxy.Held onItsWay = ExecFault.order(cell.ending(), server.proxy);
            Nemesis nemesis = cell.nemesis(server, exchange, observer, history);
            Driver.Watcher watcher = ingestor == null ? nemesis : ingestor.beside(nemesis, server);
            FeedGap gap = ingestor == null ? exchange.gap() : ingestor.gap();
            outcome = driver(history, watcher, "recovery-1", cell.attempts()).recover(gap, cell.ending());
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

            if (ingestor != null) {
                exchange.heal();
            }
            activities.connect(server.topology(), exchange, Activities.UNHURRIED);
            activities.limitAttempts(Activities.ATTEMPT);
            next = driver(history, Quiet.WATCHER, "recovery-2", Driver.ATTEMPTS)
                    .recover(exchange.gap(), Ending.CUT_OVER);
            observer.awaitRead();
            dump(server, "next", history);
            activities.disconnect();
        }
        Path file = History.file(cell.name(), seed.number());
        history.write(file);
        return new Ended(outcome, next, file);
    }

    private Driver driver(History history, Driver.Watcher watcher, String process, int attempts) {
        return new Driver(
                activities, history, watcher, process, UUID.randomUUID().toString(), attempts);
    }

    private static void dump(Server server, String when, History history) throws IOException {
        try (RespClient client = server.connect(TIMEOUT)) {
            Dump.take(client, server.keys, when, history);
        }
    }

    @Override
    public void close() {
        activities.close();
        servers.values().forEach(Server::close);
    }
}
