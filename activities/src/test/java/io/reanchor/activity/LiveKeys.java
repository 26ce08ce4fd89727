package io.reanchor.activity;

import io.reanchor.testkit.RedisServer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/** Looks at a symbol's keys from outside, by the names the brief gave them, with a connection of its own. */
final class LiveKeys {
    private static final List<String> LIVE =
            List.of("ob:BTCUSDT", "tr:BTCUSDT:1s", "tr:BTCUSDT:5s", "feat:BTCUSDT", "meta:BTCUSDT");
    private static final List<String> STAGED =
            List.of("ob:new:BTCUSDT", "tr:new:BTCUSDT:1s", "tr:new:BTCUSDT:5s", "feat:new:BTCUSDT", "meta:new:BTCUSDT");
    private static final String FLAG = "reanchor:BTCUSDT";

    private final RedisServer server;
    private final int db;

    LiveKeys(RedisServer server, int db) {
        this.server = server;
        this.db = db;
    }

    /** DUMP of every live key that is there. */
    Map<String, String> dump() {
        try (Jedis redis = connect()) {
            Map<String, String> dumps = new TreeMap<>();
            for (String key : LIVE) {
                byte[] dump = redis.dump(key);
                if (dump != null) {
                    dumps.put(key, Arrays.toString(dump));
                }
            }
            return dumps;
        }
    }

    List<String> stagedKeys() {
        try (Jedis redis = connect()) {
            return STAGED.stream().filter(redis::exists).toList();
        }
    }

    boolean flagged() {
        try (Jedis redis = connect()) {
            return redis.exists(FLAG);
        }
    }

    /** Live keys that would vanish by themselves, or aren't there. */
    List<String> notLasting() {
        try (Jedis redis = connect()) {
            return LIVE.stream().filter(key -> redis.ttl(key) != -1).toList();
        }
    }

    /** The generation of each live hash. */
    List<String> generations() {
        try (Jedis redis = connect()) {
            return LIVE.stream()
                    .map(key -> String.valueOf(redis.hget(key, "gen")))
                    .distinct()
                    .toList();
        }
    }

    private Jedis connect() {
        return new Jedis(
                new HostAndPort(server.host(), server.port()),
                DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP2)
                        .database(db)
                        .build());
    }
}
