package io.reanchor.demo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadersBenchTest {
    @Test
    void measuresReadersWithAndWithoutCutOvers() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            ReadersBench.Result result = ReadersBench.run(redis.uri(), 50, 2, Duration.ofMillis(800));

            assertThat(result.cutOvers()).isEqualTo(12); // four a window, one of them to warm up
            assertThat(result.torn() + result.missing() + result.stale()).isZero();
            assertThat(result.with().p50()).isPositive();
            assertThat(result.without().max())
                    .isGreaterThanOrEqualTo(result.without().p999());
            assertThat(result.ratio()).isPositive();
        }
    }
}
