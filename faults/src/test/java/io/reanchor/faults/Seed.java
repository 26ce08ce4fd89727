package io.reanchor.faults;

import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.SymbolKeys;
import io.reanchor.workflow.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** What all runs of a seed begin with: a first generation is live, and the market has moved on since. */
record Seed(long number, Exchange exchange, Map<String, byte[]> live) implements AutoCloseable {
    static final SymbolKeys KEYS = new SymbolKeys(Exchange.SYMBOL, false);

    static Seed prepare(long number, Server server, Activities activities) {
        Exchange exchange = Exchange.start(number);
        server.hold(Map.of());
        activities.connect(server.uri(), exchange, Activities.UNHURRIED);
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
        Map<String, byte[]> live = server.live(KEYS);
        exchange.step(Duration.ofSeconds(3));
        return new Seed(number, exchange, live);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
