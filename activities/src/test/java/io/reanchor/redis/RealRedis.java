package io.reanchor.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.testkit.RedisServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** One server a test class, emptied before each test. */
abstract class RealRedis {
    static RedisServer server;
    Given given;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        given = Given.empty(server);
    }

    @AfterEach
    void closeClients() {
        given.close();
    }

    /** The failure of a call, of this type and naming all of this. */
    static RedisStateException failure(String type, ThrowingCallable call, String... inMessage) {
        RedisStateException failure = catchThrowableOfType(RedisStateException.class, call);
        assertThat(failure).as("a RedisStateException").isNotNull();
        assertThat(failure.type()).as(failure.getMessage()).isEqualTo(type);
        for (String part : inMessage) {
            assertThat(failure).hasMessageContaining(part);
        }
        return failure;
    }
}
