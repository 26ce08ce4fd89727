package io.reanchor.faults;

import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.SymbolKeys;
import io.reanchor.workflow.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What all runs of a seed begin with: a first generation is live, and the market has moved on since. */
record Seed(long number, Exchange exchange, List<byte[]> live) implements AutoCloseable {
    static final SymbolKeys KEYS = new SymbolKeys(Exchange.SYMBOL, false);

    private static final Duration MOVED_ON = Duration.ofSeconds(3);
    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(500);

    static Seed prepare(long number, Server server, Activities activities) {
        Exchange exchange = Exchange.start(number);
        server.hold(List.of());
        activities.connect(server.topology(), exchange, Activities.UNHURRIED);
        Driver driver = new Driver(
                activities,
                new History(),
                Quiet.WATCHER,
                "first",
                UUID.randomUUID().toString());
        Outcome outcome = driver.recover(exchange.gap(), Ending.CUT_OVER);
        if (outcome != Outcome.COMMITTED) {
            throw new IllegalStateException("the first recovery of seed %d ended %s".formatted(number, outcome));
        }
        List<byte[]> live = server.live();
        exchange.step(MOVED_ON);
        return new Seed(number, exchange, live);
    }

    /** Who journals what the same exchange sends after the first generation; to be closed. */
    Ingestor ingestor() {
        return new Ingestor(Exchange.startWhole(number));
    }

    /** The same exchange once more, for who spoils it; to be closed. Its requests time out soon. */
    Exchange exchangeOfItsOwn() {
        Exchange same = Exchange.start(number, Exchange.SYMBOL, REQUEST_TIMEOUT);
        same.step(MOVED_ON);
        return same;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
