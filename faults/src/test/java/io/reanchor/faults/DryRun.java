package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.check.History;
import io.reanchor.workflow.FeedGap;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A recovery without a fault, but for the one that its ending is about: lists every boundary there is. */
final class DryRun implements Driver.Watcher {
    /** A boundary and whose it is. */
    record Row(Ending ending, Step step, int number, Boundary boundary) {}

    private record Beginning(Step step, int seen) {}

    private final FaultProxy proxy;
    private final List<Beginning> beginnings = new ArrayList<>();

    private DryRun(FaultProxy proxy) {
        this.proxy = proxy;
    }

    static List<Row> list(Seed seed, Server server, Activities activities) {
        List<Row> rows = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            server.hold(seed.live());
            DryRun dry = new DryRun(server.proxy);
            dry.run(activities, server, seed.exchange(), seed.exchange().gap(), ending, dry);
            rows.addAll(dry.rows(ending));
        }
        return rows;
    }

    /** With journals. */
    static List<Row> listJournaled(Seed seed, Server server, Activities activities) {
        List<Row> rows = new ArrayList<>();
        for (Ending ending : Ending.values()) {
            server.hold(seed.live());
            DryRun dry = new DryRun(server.proxy);
            try (Ingestor ingestor = seed.ingestor()) {
                ingestor.begin(server);
                dry.run(activities, server, ingestor.exchange(), ingestor.gap(), ending, ingestor.beside(dry, server));
            }
            rows.addAll(dry.rows(ending));
        }
        return rows;
    }

    private void run(
            Activities activities,
            Server server,
            Exchange exchange,
            FeedGap gap,
            Ending ending,
            Driver.Watcher watcher) {
        activities.connect(server.topology(), exchange, ending.unhurried());
        server.proxy.startCounting();
        FaultProxy.Held held = ExecFault.order(ending, server.proxy);
        new Driver(activities, new History(), watcher, "dry", UUID.randomUUID().toString()).recover(gap, ending);
        held.release();
    }

    @Override
    public void begins(Step step) {
        beginnings.add(new Beginning(step, proxy.seen().size()));
    }

    @Override
    public void failed() {}

    private List<Row> rows(Ending ending) {
        List<Boundary> seen = proxy.seen();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < beginnings.size(); i++) {
            Beginning begin = beginnings.get(i);
            int end = i + 1 < beginnings.size() ? beginnings.get(i + 1).seen() : seen.size();
            if (ending.rows().contains(begin.step())) {
                for (int at = begin.seen(); at < end; at++) {
                    rows.add(new Row(ending, begin.step(), at - begin.seen() + 1, seen.get(at)));
                }
            }
        }
        return rows;
    }
}
