package io.reanchor.redis;

import io.reanchor.testkit.RedisServer;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.RedisClient;

/** A symbol's state on a real server, with its plain names. */
final class Given extends Steps implements AutoCloseable {
    static final List<String> LIVE =
            List.of("ob:BTCUSDT", "tr:BTCUSDT:1s", "tr:BTCUSDT:5s", "feat:BTCUSDT", "meta:BTCUSDT");
    static final List<String> STAGED =
            List.of("ob:new:BTCUSDT", "tr:new:BTCUSDT:1s", "tr:new:BTCUSDT:5s", "feat:new:BTCUSDT", "meta:new:BTCUSDT");
    static final List<String> OLD =
            List.of("ob:old:BTCUSDT", "tr:old:BTCUSDT:1s", "tr:old:BTCUSDT:5s", "feat:old:BTCUSDT", "meta:old:BTCUSDT");
    static final String FLAG = "reanchor:BTCUSDT";

    final RedisClient redis;
    final RedisSettings settings;

    private Given(RedisServer server, RedisSettings settings) {
        super(new MarketState(settings, Clock.fixed(NOW, ZoneOffset.UTC)));
        this.redis = RedisClient.create(server.uri());
        this.settings = settings;
    }

    /** An empty server. */
    static Given empty(RedisServer server) {
        return with(server, RedisSettings.of(server.uri()).withOperationTimeout(Duration.ofSeconds(2)));
    }

    /** A server with what it has. */
    static Given at(RedisServer server) {
        return new Given(server, RedisSettings.of(server.uri()).withOperationTimeout(Duration.ofSeconds(2)));
    }

    static Given with(RedisServer server, RedisSettings settings) {
        Given given = new Given(server, settings);
        given.redis.flushAll();
        return given;
    }

    /** The live keys, byte for byte; absent ones as empty. */
    List<String> dump() {
        return LIVE.stream()
                .map(key -> {
                    byte[] dump = redis.dump(key);
                    return dump == null ? "" : HexFormat.of().formatHex(dump);
                })
                .toList();
    }

    boolean anyExists(List<String> keys) {
        return redis.exists(keys.toArray(String[]::new)) > 0;
    }

    @Override
    public void close() {
        state.close();
        redis.close();
    }
}
