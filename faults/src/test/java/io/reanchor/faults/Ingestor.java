package io.reanchor.faults;

import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault.LateTrades;
import io.reanchor.testkit.Fault.StaleSnapshot;
import io.reanchor.testkit.MarketEvent;
import io.reanchor.workflow.FeedGap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Journals what a market sent, part by part, while a recovery goes on, and applies nothing. The first part is lost; the next stands in the
 * journals when the recovery begins; one comes when all is staged, one before the cut-over, and the last with its EXEC. Until something
 * has failed, the exchange's answers are older than the journals' ends.
 */
final class Ingestor implements AutoCloseable {
    private static final Duration SLICE = Duration.ofMillis(100);
    private static final int SLICES = 30;
    private static final int LOST = 10;
    private static final int SNAPSHOT = 15;
    private static final int AT_FIRST = 18;
    private static final int WHEN_STAGED = 22;
    private static final int BEFORE_THE_CUT_OVER = 26;
    private static final int ALWAYS = 1_000;

    private static final Names NAMES = Keyspace.DEFAULT.of(Exchange.SYMBOL);

    private final Journal<DepthUpdate> diffs = Journal.diffs(NAMES, Duration.ofHours(1));
    private final Journal<Trade> trades = Journal.trades(NAMES, Duration.ofHours(1));
    private final Exchange exchange;
    private final List<Slice> slices = new ArrayList<>();
    private int journaled = LOST;
    private int due = LOST;

    /** What was heard in a tenth of a second. */
    private record Slice(List<DepthUpdate> diffs, List<Trade> trades) {
        Slice() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    /** Lets the exchange go on by three seconds, and hears it; it is closed with this. */
    Ingestor(Exchange exchange) {
        this.exchange = exchange;
        exchange.market().listen(event -> {
            Slice now = slices.get(slices.size() - 1);
            if (event instanceof MarketEvent.Depth depth) {
                now.diffs.add(depth.update());
            } else if (event instanceof MarketEvent.Print print) {
                now.trades.add(print.trade());
            }
        });
        for (int i = 0; i < SLICES; i++) {
            slices.add(new Slice());
            exchange.step(SLICE);
        }
        exchange.inject(Endpoint.DEPTH, new StaleSnapshot(SLICE.multipliedBy(SLICES - SNAPSHOT)), ALWAYS);
        int late = slices.subList(WHEN_STAGED, SLICES).stream()
                .mapToInt(slice -> slice.trades.size())
                .sum();
        exchange.inject(Endpoint.AGG_TRADES, new LateTrades(late), ALWAYS);
    }

    Exchange exchange() {
        return exchange;
    }

    /** What is reported at first: the journals' ends. */
    FeedGap gap() {
        List<DepthUpdate> updates = new ArrayList<>();
        List<Trade> prints = new ArrayList<>();
        slices.subList(LOST, AT_FIRST).forEach(slice -> {
            updates.addAll(slice.diffs);
            prints.addAll(slice.trades);
        });
        return new FeedGap(
                null,
                updates.get(updates.size() - 1).finalUpdateId(),
                null,
                prints.get(prints.size() - 1).lastTradeId(),
                null);
    }

    /** Before the recovery begins. */
    void begin(Server server) {
        journal(server, AT_FIRST);
        server.awaitReplicaIfAny();
    }

    /** Journals while that recovery goes on, and tells the other watcher too. */
    Driver.Watcher beside(Driver.Watcher other, Server server) {
        return new Driver.Watcher() {
            @Override
            public void begins(Step step) {
                if (step == Step.FEATURES) {
                    journal(server, WHEN_STAGED);
                } else if (step == Step.CUT_OVER && due < BEFORE_THE_CUT_OVER) {
                    journal(server, BEFORE_THE_CUT_OVER);
                    server.proxy.when(Mark.EXEC.boundary(), () -> journalTheRest(server));
                }
                other.begins(step);
            }

            @Override
            public void failed() {
                exchange.heal();
                other.failed();
                journal(server, due);
            }
        };
    }

    void journalTheRest(Server server) {
        journal(server, SLICES);
    }

    /** What can't be appended now is kept, as any ingestor does; after the failure it is tried again. */
    private synchronized void journal(Server server, int upTo) {
        due = Math.max(due, upTo);
        try (Connection redis = new Connection(new HostAndPort(server.redis.host(), server.redis.port()))) {
            for (; journaled < due; journaled++) {
                Slice next = slices.get(journaled);
                diffs.append(redis, next.diffs);
                trades.append(redis, next.trades);
            }
        } catch (JedisException e) {
            // it may be what was ordered for this very moment
        }
    }

    @Override
    public void close() {
        exchange.close();
    }
}
