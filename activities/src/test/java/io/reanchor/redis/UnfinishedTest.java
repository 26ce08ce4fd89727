package io.reanchor.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

class UnfinishedTest {
    @Test
    void flagsAndStagedKeysAreCountedAndWhatLooksLikeThemIsNot() {
        try (RedisServer server = RedisServer.start();
                Given given = Given.empty(server);
                Jedis redis = new Jedis(server.uri())) {
            given.recover(Given.run("A"), 90, 40);
            assertThat(given.state.unfinished()).isEqualTo(new Unfinished(Map.of(), 0));

            given.state.claim("BTCUSDT", Given.run("B"), Duration.ofSeconds(30));
            redis.set("reanchor:hold:BTCUSDT", "1");
            redis.set("reanchor:ETHUSDT", "somebody's");
            redis.hset("ob:new:BTCUSDT", "f", "v");
            redis.hset("tr:new:BTCUSDT:1s", "f", "v");
            redis.hset("ob:new:not-a-symbol", "f", "v");

            assertThat(given.state.unfinished())
                    .isEqualTo(new Unfinished(Map.of("BTCUSDT", Given.run("B").value(), "ETHUSDT", "somebody's"), 2));
        }
    }
}
