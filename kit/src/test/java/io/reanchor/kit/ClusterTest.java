package io.reanchor.kit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Keyspace.Family;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.testkit.RedisCluster;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

/** On a Redis Cluster, where a script may name keys of one slot only: each of the kit's does, and finds its way after a failover. */
class ClusterTest {
    private static final Keyspace.Names NAMES = Keyspace.TAGGED.of("BTCUSDT");

    @Test
    void everyScriptStaysInItsSlotAndWritersFollowAFailover() {
        try (RedisCluster cluster = RedisCluster.start(1)) {
            Connections connections = Connections.cluster(
                    cluster.seeds(),
                    DefaultJedisClientConfig.builder()
                            .socketTimeoutMillis(2_000)
                            .build());
            try (LiveBookWriter book = LiveBookWriter.withJournal(
                            connections, NAMES, Journal.diffs(NAMES, Duration.ofMinutes(10)), InstantSource.system());
                    LiveBarsWriter bars = LiveBarsWriter.withJournal(
                            connections,
                            NAMES,
                            Journal.trades(NAMES, Duration.ofMinutes(10)),
                            InstantSource.system(),
                            Duration.ofHours(1));
                    LiveStateReader reader = new LiveStateReader(connections, NAMES)) {
                try (Jedis jedis = new Jedis(cluster.primaryOf(NAMES.flag()).node())) {
                    jedis.hset(NAMES.live(Family.META), "gen", "1-a.1");
                    for (Family family : List.of(Family.BARS_1S, Family.BARS_5S)) {
                        jedis.hset(NAMES.live(family), Map.of("lastTradeId", "0", "gen", "1-a.1"));
                    }
                }
                assertThat(book.resync(OrderBook.of(new DepthSnapshot(10, PriceLevels.EMPTY, PriceLevels.EMPTY)))
                                .id())
                        .isEqualTo(10);
                assertThat(book.write(List.of(update(11))).verdict()).isEqualTo(Verdict.APPLIED);
                assertThat(book.doubt().verdict()).isEqualTo(Verdict.STALE);
                assertThat(bars.write(List.of(new Trade(1, 1, BigDecimal.TEN, BigDecimal.ONE, 5_000, true)))
                                .verdict())
                        .isEqualTo(Verdict.APPLIED);
                try (Connection connection = connections.open(NAMES.flag())) {
                    assertThat(new LiveFeatures(NAMES).write(connection, "1-a.1", 11, 1L, Map.of("mid", "1")))
                            .isEqualTo(LiveFeatures.Written.APPLIED);
                }
                LiveState state = reader.read();
                assertThat(state.isWhole()).isTrue();
                assertThat(requireNonNull(state.book()).suspicion()).isNotNull();

                cluster.failOver(NAMES.flag());
                WriteOutcome outcome = book.write(List.of(update(12)));
                while (!outcome.isWhole()) {
                    outcome = book.catchUp();
                }
                assertThat(outcome.id()).isEqualTo(12);
                assertThat(requireNonNull(reader.read().book()).book().lastUpdateId())
                        .isEqualTo(12);
            }
        }
    }

    private static DepthUpdate update(long id) {
        PriceLevels bids = new PriceLevels.Builder()
                .add(PackedDecimal.parse("99"), PackedDecimal.parse("1"))
                .build();
        return new DepthUpdate(id, id, 1_000 + id, bids, PriceLevels.EMPTY);
    }
}
