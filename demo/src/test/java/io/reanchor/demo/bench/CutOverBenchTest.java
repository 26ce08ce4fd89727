package io.reanchor.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** That it runs and cleans up; how fast it is, is the bench's own business. */
class CutOverBenchTest {
    @Test
    void measuresBothAndLeavesNothingBehind() {
        try (RedisServer redis = RedisServer.start();
                RedisClient client = RedisClient.create(redis.uri())) {
            CutOverBench.Result result =
                    CutOverBench.run(redis.uri(), List.of(100, 200), 5).get(1);

            assertThat(result.fields()).isEqualTo(200);
            assertThat(result.exec()).isPositive();
            assertThat(result.leastExec()).isPositive();
            assertThat(result.checks()).isPositive();
            assertThat(result.total()).isGreaterThan(result.exec());
            assertThat(result.slowest()).isGreaterThanOrEqualTo(result.exec());
            assertThat(client.dbSize()).isZero();
        }
    }
}
