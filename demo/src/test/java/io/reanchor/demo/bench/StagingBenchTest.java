package io.reanchor.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** That it runs and cleans up; how fast it is, is the bench's own business. */
class StagingBenchTest {
    @Test
    void measuresBothAndLeavesNothingBehind() {
        try (RedisServer redis = RedisServer.start();
                RedisClient client = RedisClient.create(redis.uri())) {
            StagingBench.Result result = StagingBench.run(redis.uri(), 1000, 20);

            assertThat(result.ratio()).isPositive();
            assertThat(client.dbSize()).isZero();
        }
    }
}
