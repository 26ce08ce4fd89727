package io.reanchor.activity;

import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.testkit.MarketEvent;
import io.reanchor.testkit.SimulatedMarket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/** An ingestor's ear: what a market sends is kept until it is journaled, or lost. */
final class Feed implements AutoCloseable {
    private static final Names NAMES = Keyspace.DEFAULT.of(DirectSteps.SYMBOL);
    private final Journal<DepthUpdate> diffs = Journal.diffs(NAMES, Duration.ofHours(1));
    private final Journal<Trade> trades = Journal.trades(NAMES, Duration.ofHours(1));
    private final Connection redis;
    private List<DepthUpdate> heardDiffs = new ArrayList<>();
    private List<Trade> heardTrades = new ArrayList<>();

    Feed(SimulatedMarket market, URI redis) {
        this.redis = new Connection(new HostAndPort(redis.getHost(), redis.getPort()));
        market.listen(event -> {
            if (event instanceof MarketEvent.Depth depth) {
                heardDiffs.add(depth.update());
            } else if (event instanceof MarketEvent.Print print) {
                heardTrades.add(print.trade());
            }
        });
    }

    /** Journals what was heard. @return the last depth update */
    DepthUpdate journal() {
        diffs.append(redis, heardDiffs);
        trades.append(redis, heardTrades);
        return lose();
    }

    /** The last depth update. */
    DepthUpdate heard() {
        return heardDiffs.get(heardDiffs.size() - 1);
    }

    /** Forgets what was heard. @return the last depth update */
    DepthUpdate lose() {
        DepthUpdate last = heard();
        heardDiffs = new ArrayList<>();
        heardTrades = new ArrayList<>();
        return last;
    }

    @Override
    public void close() {
        redis.close();
    }
}
