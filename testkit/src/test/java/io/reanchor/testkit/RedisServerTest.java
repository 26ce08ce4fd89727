package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RedisServerTest {
    @Test
    void answersWithItsOwnSettings() {
        try (RedisServer redis = RedisServer.start("--maxmemory", "10mb");
                RedisClient client = RedisClient.create(redis.uri())) {
            assertThat(client.info("server")).contains("tcp_port:" + redis.port());
            assertThat(client.info("memory")).contains("maxmemory:10485760");
        }
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatThrownBy(() -> RedisServer.start("--no-such-setting", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-setting");
    }

    @Test
    void killedItIsGoneAndRestartedItIsBack() {
        try (RedisServer redis = RedisServer.start()) {
            long pid = redis.pid();
            redis.kill();
            assertThat(ProcessHandle.of(pid)).isEmpty();
            redis.restart();
            try (RedisClient client = RedisClient.create(redis.uri())) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void pausedItKeepsConnectionsAndAnswersNothing() {
        try (RedisServer redis = RedisServer.start();
                RedisClient client = RedisClient.builder()
                        .hostAndPort(new HostAndPort(redis.host(), redis.port()))
                        .clientConfig(DefaultJedisClientConfig.builder()
                                .socketTimeoutMillis(100)
                                .build())
                        .build()) {
            client.ping();
            redis.pause();
            assertThatThrownBy(client::ping).isInstanceOf(JedisConnectionException.class);
            redis.resume();
            assertThat(client.ping()).isEqualTo("PONG");
        }
    }

    @Test
    void closingLeavesNoProcess() {
        long pid;
        try (RedisServer redis = RedisServer.start()) {
            pid = redis.pid();
            redis.pause();
        }
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    /** A second JVM starts a server and is killed with -9: nothing of it may stay. */
    @Test
    void diesWithAKilledJvm(@TempDir Path temporary) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process jvm = new ProcessBuilder(
                        java,
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        RedisServerTest.Host.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = jvm.inputReader(StandardCharsets.US_ASCII)) {
            long pid = Long.parseLong(out.readLine());
            assertThat(ProcessHandle.of(pid)).isPresent();
            jvm.destroyForcibly().waitFor();
            await(() -> ProcessHandle.of(pid).isEmpty());
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited long enough").isLessThan(end);
            Thread.sleep(5);
        }
    }

    /** What the second JVM runs. */
    static final class Host {
        private Host() {}

        public static void main(String[] args) throws Exception {
            RedisServer redis = RedisServer.start();
            System.out.println(redis.pid());
            System.out.flush();
            Thread.sleep(60_000);
            redis.close();
        }
    }
}
