package io.reanchor.kit;

import io.reanchor.kit.wire.Replies;
import io.reanchor.kit.wire.Script;
import io.reanchor.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import redis.clients.jedis.Jedis;

/** One server a test class, emptied before each test. */
abstract class OnRedis {
    static final Keyspace.Names NAMES = Keyspace.DEFAULT.of("BTCUSDT");
    static RedisServer redis;
    final List<AutoCloseable> open = new ArrayList<>();
    Jedis jedis;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void connect() {
        jedis = opened(new Jedis(redis.host(), redis.port()));
        jedis.flushAll();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    static Connections connections() {
        return Connections.standalone(redis.uri(), Duration.ofSeconds(2));
    }

    /** What a script of the kit answers, as text; an error is thrown. */
    static List<String> run(Jedis on, String script, List<String> keys, String... arguments) {
        Object reply = Script.named(BookGuard.class, script)
                .run(
                        on.getConnection(),
                        keys,
                        Arrays.stream(arguments).map(Replies::bytes).toList());
        return Replies.list(reply).stream().map(Replies::text).toList();
    }
}
