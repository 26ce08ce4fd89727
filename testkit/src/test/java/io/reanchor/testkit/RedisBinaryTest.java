package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

class RedisBinaryTest {
    @Test
    @DisabledIfEnvironmentVariable(named = RedisBinary.OWN, matches = ".+")
    void isTheOneThatComesWithTheTestsUnlessAnotherIsNamed() {
        try (RedisServer redis = RedisServer.start();
                RedisClient client = RedisClient.create(redis.uri())) {
            assertThat(client.info("server")).contains("redis_version:7.0.15");
        }
    }

    /** A misspelt path must not let the tests run on another server than was asked for. */
    @Test
    void oneThatIsNamedAndCantBeRunIsRefused(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("redis-server"), "no program");
        for (String named : new String[] {text.toString(), folder.toString(), folder + "/none"}) {
            assertThatThrownBy(() -> RedisBinary.named(named))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(RedisBinary.OWN)
                    .hasMessageContaining(named);
        }
    }
}
