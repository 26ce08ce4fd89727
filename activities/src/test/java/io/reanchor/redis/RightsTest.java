package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.JsonKeys;
import io.reanchor.testkit.Prerequisite;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Followed;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XAddParams;

/** {@code deploy/redis/users.acl} on a real server, both ways: all that the service does works, each right is needed, and no other is given. */
class RightsTest {
    private static final Path FILE = Path.of(
            Objects.requireNonNullElse(System.getProperty("reanchor.root"), ".."), "deploy", "redis", "users.acl");

    /** Needed for some topologies and settings only, or to ask for the rights themselves. */
    private static final Set<String> ELSEWHERE =
            Set.of("select", "wait", "hsetnx", "unwatch", "cluster|info", "cluster|slots", "acl|whoami", "acl|dryrun");

    private static RedisServer server;
    private Given given;
    private Jedis admin;
    private Jedis user;

    @BeforeAll
    static void start() {
        server =
                RedisServer.start("--aclfile", FILE.toAbsolutePath().normalize().toString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        admin = new Jedis(server.host(), server.port());
        admin.aclDelUser("reanchor");
        List<String> rule = List.of(Files.readString(FILE).trim().split(" "));
        admin.aclSetUser("reanchor", rule.subList(2, rule.size()).toArray(String[]::new));
        admin.aclSetUser("reanchor", "on", ">only-for-tests");
        admin.configResetStat();
        admin.aclLogReset();
        given = Given.with(
                server,
                RedisSettings.of(URI.create("redis://reanchor:only-for-tests@127.0.0.1:" + server.port()))
                        .withOperationTimeout(Duration.ofSeconds(2)));
        user = new Jedis(server.host(), server.port());
        user.auth("reanchor", "only-for-tests");
    }

    @AfterEach
    void close() {
        given.close();
        user.close();
        admin.close();
    }

    private RedisHealth.Finding look() {
        return new RedisHealth(given.settings).look();
    }

    private void needsDryRun() {
        Optional<String> answer;
        try {
            answer = Optional.of(admin.aclDryRun("default", "PING"));
        } catch (JedisDataException e) {
            answer = Optional.empty();
        }
        Prerequisite.orSkip(answer, "this server has no ACL DRYRUN, which came with 7.0", TestAbortedException::new);
    }

    @Test
    void allThatTheServiceDoesWorks() {
        assertThat(look()).isEqualTo(new RedisHealth.Finding(true, "master"));
        given.recover(Given.run("a"), 100, 50);
        given.claim(Given.run("b"));
        CutOverOrder order = Given.order(Given.run("b"), given.stage(Given.run("b"), 200, 60));
        given.state.cutOver(order);
        assertThat(given.state.cutOver(order).generation()).as("found done").isEqualTo("2-b.1");
        given.claim(Given.run("c"));
        given.stage(Given.run("c"), 300, 70);
        given.state.settle(SYMBOL, Given.run("c"), "1-b.1");
        given.state.live(SYMBOL);
        given.state.liveIds(SYMBOL);
        admin.xadd(
                "diff:" + SYMBOL, Map.of("U", "201", "u", "201", "E", "1", "b", "99.5 0", "a", ""), new XAddParams());
        given.state.tell(SYMBOL, given.state.cutOver(order).with(new Followed(201L, 60L, 1L, List.of())));
        given.state.follow(SYMBOL, Duration.ofHours(1));
        Given.OLD.forEach(key -> admin.pexpire(key, 60_000));
        assertThat(given.state.sweep()).containsExactlyInAnyOrderElementsOf(Given.OLD);

        assertThat(admin.aclLog()).as("what was refused meanwhile").isEmpty();
        Set<String> unused = rights().collect(Collectors.toCollection(TreeSet::new));
        unused.removeAll(called());
        assertThat(unused).as("rights that nothing used").isSubsetOf(ELSEWHERE);
    }

    /** The first recovery would otherwise find out, inside EXEC, where nothing is rolled back. */
    @Test
    void jsonStringsNeedRightsOfTheirOwn() {
        needsDryRun();
        given.close();
        given = Given.with(
                server,
                given.settings.withKeyspace(given.settings
                        .keyspace()
                        .withJson(new JsonKeys("json:<symbol>", null, "bars:json:<symbol>", null, JsonKeys.BARS))));
        assertThat(look().detail()).contains("json:PREFLIGHT");
        admin.aclSetUser("reanchor", "~json:*", "~bars:json:*");
        assertThat(look().detail()).contains("hkeys");
        admin.aclSetUser("reanchor", "+hkeys", "+getrange");
        assertThat(look()).isEqualTo(new RedisHealth.Finding(true, "master"));

        given.recover(Given.run("a"), 100, 50);
        assertThat(admin.aclLog()).as("what was refused meanwhile").isEmpty();
        assertThat(admin.get("json:" + SYMBOL)).contains("\"lastUpdateId\":100");
        assertThat(admin.get("bars:json:" + SYMBOL)).contains("\"lastTradeId\":50");
    }

    /** What the server has executed, scripts included. */
    private Set<String> called() {
        return admin.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .map(line -> line.substring("cmdstat_".length(), line.indexOf(':')))
                .collect(Collectors.toSet());
    }

    static Stream<String> rights() {
        try {
            return Arrays.stream(Files.readString(FILE).trim().split(" "))
                    .filter(token -> token.startsWith("+"))
                    .map(token -> token.substring(1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<String> checkedBeforehand() {
        return rights().filter(right -> !ELSEWHERE.contains(right) || right.matches("wait|unwatch"));
    }

    @ParameterizedTest
    @MethodSource("checkedBeforehand")
    void aRightThatLacksIsNamedBeforeItIsNeeded(String right) {
        needsDryRun();
        admin.aclSetUser("reanchor", '-' + right);
        RedisHealth.Finding without = look();
        assertThat(without.up()).isFalse();
        assertThat(without.detail()).contains('\'' + right + '\'');

        admin.aclSetUser("reanchor", '+' + right);
        assertThat(look().up()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ob:", "tr:", "feat:", "meta:", "reanchor:"})
    void keysAndChannelsThatLackAreNamed(String prefix) {
        needsDryRun();
        List<String> others = Stream.of("ob:", "tr:", "feat:", "meta:", "reanchor:")
                .filter(p -> !p.equals(prefix))
                .map(p -> '~' + p + '*')
                .toList();
        admin.aclSetUser("reanchor", "resetkeys");
        admin.aclSetUser("reanchor", others.toArray(String[]::new));
        assertThat(look().detail()).contains('\'' + prefix).contains("lacks rights");

        admin.aclSetUser("reanchor", '~' + prefix + '*', "resetchannels");
        assertThat(look().detail()).contains("channel").contains("users.acl");
    }

    @Test
    void whoMayNotAskIsTakenAtTheirWord() {
        needsDryRun();
        admin.aclSetUser("reanchor", "-acl|dryrun");
        assertThat(look().up()).isTrue();
        admin.aclSetUser("reanchor", "-acl|whoami");
        assertThat(look().up()).isTrue();
    }

    @Test
    void nothingElseIsAllowed() {
        for (String command : List.of(
                "FLUSHALL",
                "FLUSHDB",
                "KEYS *",
                "CONFIG GET *",
                "ACL LIST",
                "ACL SETUSER reanchor +@all",
                "SHUTDOWN",
                "LATENCY RESET",
                "CLIENT LIST",
                "MONITOR",
                "SCRIPT FLUSH",
                "REPLICAOF NO ONE",
                "SUBSCRIBE reanchor:BTCUSDT",
                "GET other",
                "SET other 1",
                "DEL other",
                "HSET other f 1",
                "RENAME ob:BTCUSDT other",
                "RENAME other ob:BTCUSDT",
                "PUBLISH other m",
                "DUMP ob:BTCUSDT",
                "EXPIRE ob:BTCUSDT 1",
                "EVAL return(redis.call('GET','other')) 0",
                "EVAL return(redis.call('FLUSHALL')) 0")) {
            String[] words = command.split(" ");
            assertThatThrownBy(() -> user.sendCommand(
                            () -> words[0].getBytes(StandardCharsets.US_ASCII),
                            Arrays.copyOfRange(words, 1, words.length)))
                    .as(command)
                    .satisfiesAnyOf(
                            e -> assertThat(e).isInstanceOf(JedisAccessControlException.class),
                            e -> assertThat(e)
                                    .isInstanceOf(JedisDataException.class)
                                    .hasMessageMatching(
                                            "(?s).*(ACL failure in script|The user executing the script can't).*"));
        }
    }

    @Test
    void aRefusalSaysWhatToDo() {
        admin.aclSetUser("reanchor", "-hset");
        Token token = Given.run("a");
        given.claim(token);
        RedisStateException refused = RealRedis.failure(
                FailureTypes.REDIS_UNAVAILABLE, () -> given.stage(token, 100, 50), "ACL LOG", "/readyz");
        assertThat(refused.retryable()).isTrue();
        assertThat(refused.getMessage()).doesNotContain("only-for-tests");

        admin.aclSetUser("reanchor", "+hset", "resetkeys", "~ob:*", "~reanchor:*");
        RealRedis.failure(FailureTypes.REDIS_UNAVAILABLE, () -> given.stage(token, 100, 50), "ACL LOG", "/readyz");

        admin.aclSetUser("reanchor", ">another", "<only-for-tests");
        admin.sendCommand(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
        RedisHealth.Finding found = look();
        assertThat(found.detail()).contains("WRONGPASS").doesNotContain("only-for-tests");
    }
}
