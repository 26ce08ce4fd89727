package io.reanchor.demo;

import io.reanchor.kit.Continuation;
import io.reanchor.kit.Journal;
import io.reanchor.kit.Keyspace;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Jedis;

/**
 * What the journals have behind the live keys: what came, and doesn't follow what is live.
 *
 * @param missingUpdates how many update ids are between the live book and the first that came
 * @param nextUpdate the first id of that
 * @param updates those that came, by ids
 * @param missingTrades how many trade ids are missing
 */
record Arrived(long missingUpdates, long nextUpdate, List<DepthUpdate> updates, long missingTrades) {

    static Arrived behind(URI uri, String symbol, long updateId, long tradeId) {
        Keyspace.Names names = Keyspace.DEFAULT.of(symbol);
        try (Jedis redis = new Jedis(uri)) {
            Connection connection = redis.getConnection();
            Journal<DepthUpdate> diffs = Journal.diffs(names, LiveStack.Retention.DEFAULT.journals());
            Journal<Trade> trades = Journal.trades(names, LiveStack.Retention.DEFAULT.journals());
            long nextUpdate = next(diffs, connection, updateId);
            return new Arrived(
                    nextUpdate - updateId - 1,
                    nextUpdate,
                    diffs.tail().after(connection, nextUpdate - 1).events(),
                    next(trades, connection, tradeId) - tradeId - 1);
        }
    }

    private static <E> long next(Journal<E> journal, Connection connection, long id) {
        Continuation<E> found = journal.tail().after(connection, id);
        return Objects.requireNonNull(found.nextFirst(), () -> journal.key() + " has no hole behind " + id);
    }
}
