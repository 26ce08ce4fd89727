package io.reanchor.redis;

import static io.reanchor.redis.Steps.SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.wire.Replies;
import io.reanchor.redis.Interrupted.Point;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.RespError;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Protocol.Command;

/** What one server refuses in the midst of a recovery: it ends committed or untouched, and goes on when it is called again. */
class RefusalsTest {
    private static RedisServer server;
    private static FaultProxy proxy;
    private static MarketState state;
    private static int runs;
    private static boolean queuesWhenFull;

    @BeforeAll
    static void start() throws InterruptedException, IOException {
        server = RedisServer.start("--dir", "/proc");
        server.command(Command.ACL, "SETUSER", "svc", "on", "nopass", "~*", "&*", "+@all");
        failToSave();
        queuesWhenFull = queuesWhenFull();
        proxy = FaultProxy.before(server);
        state = new MarketState(
                RedisSettings.of(URI.create(proxy.uri().toString().replace("//", "//svc:x@")))
                        .withOperationTimeout(Duration.ofSeconds(5)),
                Clock.fixed(Steps.NOW, ZoneOffset.UTC));
        new Steps(state).recover(Steps.run("first"), 1, 1);
    }

    /** Nobody can write to /proc, root included. From here on the server would refuse, if it were told to save at all. */
    private static void failToSave() throws InterruptedException {
        server.command(Command.BGSAVE);
        while (!info().contains("rdb_last_bgsave_status:err")) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static String info() {
        return new String((byte[]) server.command(Command.INFO, "persistence"));
    }

    @AfterAll
    static void stop() {
        state.close();
        proxy.close();
        server.close();
    }

    static Stream<Arguments> cells() {
        List<Condition> conditions = List.of(
                setting("out of memory", "OOM .*maxmemory", "maxmemory", "1", "0"),
                setting("without replicas", "NOREPLICAS.*min-replicas-to-write", "min-replicas-to-write", "1", "0"),
                setting("not persisting", "MISCONF.*log", "save", "3600 1", ""),
                new Condition(
                        "a replica",
                        "READONLY.*primary",
                        () -> server.command(Command.REPLICAOF, "127.0.0.1", "1"),
                        () -> server.command(Command.REPLICAOF, "NO", "ONE")),
                new Condition(
                        "a replica cut off",
                        "MASTERDOWN|READONLY",
                        () -> {
                            set("replica-serve-stale-data", "no");
                            server.command(Command.REPLICAOF, "127.0.0.1", "1");
                        },
                        () -> {
                            server.command(Command.REPLICAOF, "NO", "ONE");
                            set("replica-serve-stale-data", "yes");
                        }),
                new Condition(
                        "without rights",
                        "NOPERM.*rights",
                        () -> server.command(Command.ACL, "SETUSER", "svc", "-@all"),
                        () -> server.command(Command.ACL, "SETUSER", "svc", "+@all")));
        return conditions.stream()
                .flatMap(condition -> Stream.of(Point.values()).map(point -> Arguments.of(condition, point)));
    }

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("cells")
    void aRefusal(Condition condition, Point point) {
        runs++;
        int failures = new Interrupted(new Steps(state), RefusalsTest::live)
                .recover(Steps.run("run" + runs), 100L + runs, proxy, point, condition);
        // What is sealed needs no memory to go live; but a full server before 7.2 queues nothing at all.
        boolean goesThrough = condition.name().equals("out of memory")
                && point.compareTo(queuesWhenFull ? Point.WATCH : Point.EXEC) >= 0;
        assertThat(failures).isEqualTo(goesThrough ? 0 : 1);
    }

    private static boolean queuesWhenFull() throws IOException {
        set("maxmemory", "1");
        try (RespClient client = RespClient.connect(server.host(), server.port(), Duration.ofSeconds(5))) {
            client.call("MULTI");
            client.call("RENAME", "a", "b");
            return true;
        } catch (RespError e) {
            assertThat(e).hasMessageStartingWith("OOM");
            return false;
        } finally {
            set("maxmemory", "0");
        }
    }

    @Test
    void loading() throws Exception {
        try (RedisServer slow = RedisServer.start("--appendonly", "yes", "--key-load-delay", "500");
                MarketState its = new MarketState(
                        RedisSettings.of(slow.uri()).withOperationTimeout(Duration.ofSeconds(5)), Clock.systemUTC())) {
            Steps steps = new Steps(its);
            steps.recover(Steps.run("first"), 1, 1);
            // While it loads it looks at its clients after every 1,024 commands only.
            slow.command(Command.EVAL, "for i = 1, 8000 do redis.call('SET', 'filler' .. i, i) end return 1", "0");
            slow.kill();
            CompletableFuture<Void> restarted = CompletableFuture.runAsync(slow::restart);
            RedisStateException refused = firstRefusal(its);
            assertThat(refused).hasMessageContaining("LOADING").hasMessageContaining("loading_eta_seconds");
            assertThat(refused.retryable()).isTrue();
            restarted.get(60, TimeUnit.SECONDS);
            assertThat(steps.recover(Steps.run("second"), 2, 2).replaced()).isEqualTo("1-first.1");
        }
    }

    /** The first that isn't a server which isn't there yet. */
    private static RedisStateException firstRefusal(MarketState its) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            try {
                its.liveIds(SYMBOL);
                throw new AssertionError("it answered, and never said that it loads");
            } catch (RedisStateException e) {
                if (!String.valueOf(e.getMessage()).contains("doesn't answer")) {
                    return e;
                }
            }
        }
        throw new AssertionError("not there within 30 s");
    }

    private static Condition setting(String name, String says, String setting, String during, String after) {
        return new Condition(name, says, () -> set(setting, during), () -> set(setting, after));
    }

    private static void set(String setting, String value) {
        server.command(Command.CONFIG, "SET", setting, value);
    }

    /** What the live keys hold. Not their DUMP: from 7.4 on a large hash is still laid out anew while it is looked at. */
    private static String live() {
        return Given.LIVE.stream()
                .map(key -> key + Replies.map(List.copyOf((List<?>) server.command(Command.HGETALL, key)), 0))
                .collect(Collectors.joining("\n"));
    }
}
