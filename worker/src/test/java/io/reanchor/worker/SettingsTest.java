package io.reanchor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.JsonKeys;
import io.reanchor.kit.Keyspace;
import io.reanchor.market.check.Check;
import io.reanchor.market.check.Checks;
import io.reanchor.redis.RedisLogin;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisTopology;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import redis.clients.jedis.HostAndPort;

class SettingsTest {
    private static final String BRIEF = """
            re_anchor:
              operation_timeout_seconds: 31
              max_retry_attempts: 4
              consistency_check_enabled: false

            redis:
              cluster_mode: %s
              operation_timeout_ms: 101
            """;

    @Test
    void takesTheBriefsYamlLiterally() {
        ConfigurableEnvironment environment = Environments.packaged(BRIEF.formatted(false), Map.of());

        assertThat(SettingsCheck.problems(environment)).isEmpty();
        ReanchorProperties reanchor = reanchor(environment);
        assertThat(reanchor.operationTimeoutSeconds()).isEqualTo(31);
        assertThat(reanchor.maxRetryAttempts()).isEqualTo(4);
        assertThat(reanchor.consistencyCheckEnabled()).isFalse();
        assertThat(reanchor.policy().operationTimeout()).isEqualTo(Duration.ofSeconds(31));
        assertThat(redis(environment).operationTimeoutMs()).isEqualTo(101);
        assertThat(redis(environment).clusterMode()).isFalse();
    }

    @Test
    void clusterModeTakesTheUriAsTheFirstSeedAndTagsTheKeys() {
        ConfigurableEnvironment environment = Environments.packaged(
                BRIEF.formatted(true),
                Map.of("REDIS_URI", "redis://u:secret@a:7000", "REDIS_CLUSTER_NODES", "b:7001,c:7002"));

        assertThat(SettingsCheck.problems(environment)).isEmpty();
        RedisSettings settings = redis(environment).settings();
        assertThat(settings.topology())
                .isEqualTo(new RedisTopology.Cluster(
                        List.of(new HostAndPort("a", 7000), new HostAndPort("b", 7001), new HostAndPort("c", 7002)),
                        new RedisLogin("u", "secret", null)));
        assertThat(settings.keyspace()).isEqualTo(Keyspace.TAGGED);
        assertThat(redis(environment).toString() + settings).doesNotContain("secret");
    }

    @Test
    void jsonStringsAreNamedEachForItself() {
        Map<String, String> named = Map.of(
                "REDIS_KEYS_JSON_BOOK",
                "json:<symbol>",
                "REDIS_KEYS_JSON_BARS5S",
                "kl:<symbol>",
                "REDIS_KEYS_JSON_BARS",
                "60");

        assertThat(redis(Environments.packaged("", named)).settings().keyspace())
                .isEqualTo(Keyspace.DEFAULT.withJson(new JsonKeys("json:<symbol>", null, "kl:<symbol>", null, 60)));
    }

    @Test
    void sentinelsNameThePrimary() {
        ConfigurableEnvironment environment = Environments.packaged(
                "",
                Map.of(
                        "REDIS_URI", "redis://:secret@ignored/3",
                        "REDIS_SENTINEL_MASTER", "mymaster",
                        "REDIS_SENTINEL_NODES", "a:26379,b:26380",
                        "REDIS_SENTINEL_PASSWORD", "hidden"));

        assertThat(SettingsCheck.problems(environment)).isEmpty();
        RedisSettings settings = redis(environment).settings();
        assertThat(settings.topology())
                .isEqualTo(new RedisTopology.Sentinel(
                        "mymaster",
                        List.of(new HostAndPort("a", 26379), new HostAndPort("b", 26380)),
                        new RedisLogin(null, "hidden", null),
                        new RedisLogin(null, "secret", null),
                        3));
        assertThat(settings.keyspace()).isEqualTo(Keyspace.DEFAULT);
        assertThat(redis(environment).toString() + settings).doesNotContain("secret", "hidden");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            REDIS_CLUSTER_MODE=true REDIS_SENTINEL_MASTER=m REDIS_SENTINEL_NODES=a:1 | cluster_mode is true and sentinel.* is set
            REDIS_CLUSTER_MODE=true REDIS_URI=redis://a/1                           | only database 0
            REDIS_CLUSTER_NODES=a:1                                                 | cluster_nodes is set
            REDIS_SENTINEL_MASTER=m                                                 | sentinel needs both
            REDIS_SENTINEL_NODES=a:1                                                | sentinel needs both
            REDIS_SENTINEL_PASSWORD=p                                               | sentinel needs both
            REDIS_SENTINEL_MASTER=m REDIS_SENTINEL_NODES=a:70000                    | sentinel.nodes names port 70000
            REDIS_CLUSTER_MODE=true REDIS_KEYS_BOOK=ob:<symbol>                     | "ob:{<symbol>}" would do
            REDIS_CLUSTER_MODE=true REDIS_KEYS_META={meta:<symbol>}                 | "meta:{<symbol>}" would do
            REDIS_CLUSTER_MODE=true REDIS_KEYS_JSON_BOOK=json:<symbol>              | "json:{<symbol>}" would do
            REDIS_KEYS_JSON_BOOK=ob:<symbol>                                        | both name ob:X
            """)
    void contradictionsAreRefusedWithTheReason(String variables, String reason) {
        Map<String, String> set = Stream.of(variables.split(" "))
                .map(variable -> variable.split("=", 2))
                .collect(Collectors.toMap(variable -> variable[0], variable -> variable[1]));

        assertThat(SettingsCheck.problems(Environments.packaged("", set)))
                .singleElement()
                .asString()
                .startsWith("redis.")
                .contains(reason);
    }

    @Test
    void aDirectoryForRecordingsMustBeThere() {
        assertThat(SettingsCheck.problems(
                        Environments.packaged("", Map.of("RE_ANCHOR_RECORDINGS_DIRECTORY", "/not/there"))))
                .singleElement()
                .asString()
                .startsWith("re_anchor: recordings.directory is /not/there");
    }

    @Test
    void packagedDefaultsAreThoseOfTheRecords() {
        ConfigurableEnvironment packaged = Environments.packaged("", Map.of());
        ConfigurableEnvironment bare =
                Environments.bare("re_anchor.sources: [{name: binance, base_url: https://api.binance.com}]", Map.of());

        assertThat(SettingsCheck.problems(packaged)).isEmpty();
        assertThat(SettingsCheck.problems(bare)).isEmpty();
        assertThat(reanchor(packaged)).isEqualTo(reanchor(bare));
        assertThat(redis(packaged)).isEqualTo(redis(bare));
    }

    static Stream<Setting> settings() {
        return Settings.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void eachIsReadFromItsEnvironmentVariableAndRefusedByName(Setting setting) {
        String value = " \t ";

        assertThat(SettingsCheck.problems(
                        Environments.packaged("", Map.of(setting.environmentName(), value + "@none of these@"))))
                .as("%s=%s", setting.environmentName(), value)
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith(setting.name() + " (environment: " + setting.environmentName() + ") is")
                        .contains(setting.allowed()));
    }

    @ParameterizedTest
    @CsvSource({
        "RE_ANCHOR_OPERATION_TIMEOUT_SECONDS, 0",
        "RE_ANCHOR_OPERATION_TIMEOUT_SECONDS, 3601",
        "RE_ANCHOR_OPERATION_TIMEOUT_SECONDS, 30s",
        "RE_ANCHOR_MAX_RETRY_ATTEMPTS, -1",
        "RE_ANCHOR_CONSISTENCY_CHECK_ENABLED, maybe",
        "RE_ANCHOR_BARS_LOOK_BACK, 4",
        "RE_ANCHOR_BARS_RETENTION, 31d",
        "RE_ANCHOR_SOURCES_0_BASE_URL, https://user:secret@host",
        "RE_ANCHOR_SOURCES_0_BASE_URL, ftp://host",
        "RE_ANCHOR_SOURCES_0_BASE_URL, http://host:65536",
        "RE_ANCHOR_SOURCES_0_BASE_URL, http://[::1",
        "RE_ANCHOR_SOURCES_0_BASE_URL, https://host/api?key=1",
        "RE_ANCHOR_EXCHANGE_WEIGHT_PER_MINUTE, 249",
        "REDIS_OPERATION_TIMEOUT_MS, 0",
        "REDIS_URI, localhost:6379",
        "REDIS_URI, redises://:secret@localhost:6379",
        "REDIS_URI, redis://:6379",
        "REDIS_URI, redis://:secret@:6379/0",
        "REDIS_URI, redis://localhost:65536",
        "REDIS_URI, redis://under_score:6379",
        "REDIS_URI, redis://localhost:6379/zero",
        "REDIS_URI, redis://localhost:6379?db=1",
    })
    void refusesWhatIsOutOfRange(String variable, String value) {
        assertThat(SettingsCheck.problems(Environments.packaged("", Map.of(variable, value))))
                .singleElement()
                .asString()
                .contains(variable)
                .contains("allowed: ")
                .doesNotContain("secret");
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        assertThat(SettingsCheck.problems(Environments.packaged(
                        "re_anchor: {operation_timeout_seconds: 0, max_retry_attempts: many}\nredis: {urI: x, url: y}",
                        Map.of())))
                .hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "re_anchor.operation_timeout_second, re_anchor.operation_timeout_seconds",
        "re-anchor.max-retries, re_anchor.max_retry_attempts",
        "redis.cluster_mod, redis.cluster_mode",
        "re_anchor.sources[0].baseurls, re_anchor.sources[0].base_url",
        "re_anchor.checks.fresh.treshold, re_anchor.checks.fresh.threshold",
    })
    void refusesUnknownOnesByNameWithTheNearest(String unknown, String nearest) {
        assertThat(SettingsCheck.problems(Environments.packaged(unknown + ": 1", Map.of())))
                .contains("%s is not a setting; the nearest is %s".formatted(unknown, nearest));
    }

    @Test
    void refusesUnknownVariablesButNotThoseOfKubernetes() {
        assertThat(SettingsCheck.problems(Environments.packaged("", Map.of("RE_ANCHOR_MAX_RETRY_ATEMPTS", "3"))))
                .containsExactly(
                        "RE_ANCHOR_MAX_RETRY_ATEMPTS is not a setting; the nearest is RE_ANCHOR_MAX_RETRY_ATTEMPTS");
        assertThat(SettingsCheck.problems(Environments.packaged(
                        "",
                        Map.of(
                                "REDIS_PORT", "tcp://10.0.0.1:6379",
                                "REDIS_SERVICE_HOST", "10.0.0.1",
                                "REDIS_SERVICE_PORT_REDIS", "6379",
                                "REDIS_PORT_6379_TCP_ADDR", "10.0.0.1",
                                "RE_ANCHOR_SERVICE_PORT", "8084"))))
                .isEmpty();
    }

    @Test
    void takesSourcesInTheirOrderFromYamlOrVariables() {
        var yaml = Environments.packaged("""
                re_anchor:
                  sources:
                    - {name: ingestor, base_url: "http://ingestor:8082"}
                    - {name: binance, base_url: "https://api.binance.com"}
                """, Map.of());
        var variables = Environments.packaged(
                "",
                Map.of(
                        "RE_ANCHOR_SOURCES_0_NAME", "ingestor",
                        "RE_ANCHOR_SOURCES_0_BASE_URL", "http://ingestor:8082",
                        "RE_ANCHOR_SOURCES_1_NAME", "binance",
                        "RE_ANCHOR_SOURCES_1_BASE_URL", "https://api.binance.com"));

        for (var environment : List.of(yaml, variables)) {
            assertThat(SettingsCheck.problems(environment)).isEmpty();
            assertThat(reanchor(environment).sources())
                    .extracting(ReanchorProperties.Source::name, ReanchorProperties.Source::baseUrl)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("ingestor", "http://ingestor:8082"),
                            org.assertj.core.groups.Tuple.tuple("binance", "https://api.binance.com"));
        }
    }

    @Test
    void tellsWhereEachSettingComesFromAndNoPassword() {
        var environment = Environments.packaged(
                """
                redis:
                  pool_size: 7
                """,
                Map.of("RE_ANCHOR_DEPTH_LIMIT", "500", "REDIS_PASSWORD", "secret", "RE_ANCHOR_BARS_LOOK_BACK", "soon"));

        EffectiveSettings settings = EffectiveSettings.of(environment);

        assertThat(settings.lines())
                .contains(
                        new EffectiveSettings.Line("re_anchor.depth.limit", "500", "environment RE_ANCHOR_DEPTH_LIMIT"))
                .contains(new EffectiveSettings.Line("redis.password", "(not shown)", "environment REDIS_PASSWORD"))
                .contains(new EffectiveSettings.Line("re_anchor.max_retry_attempts", "3", "packaged"))
                .anyMatch(line ->
                        line.name().equals("redis.pool_size") && line.value().equals("7") && !line.isPackaged());
        assertThat(settings.problems()).singleElement().asString().contains("RE_ANCHOR_BARS_LOOK_BACK");
    }

    @Test
    void aSourceThatIsGivenByItsUrlAloneIsCalledByItsHost() {
        var environment = Environments.packaged("", Map.of("RE_ANCHOR_SOURCES_0_BASE_URL", "http://Ingestor:8082"));

        assertThat(SettingsCheck.problems(environment)).isEmpty();
        assertThat(reanchor(environment).sources())
                .containsExactly(new ReanchorProperties.Source("ingestor", "http://Ingestor:8082"));
    }

    @Test
    void missesTheSecondSourcesUrl() {
        assertThat(SettingsCheck.problems(Environments.packaged("""
                        re_anchor:
                          sources: [{name: ingestor, base_url: "http://ingestor:8082"}, {name: binance}]
                        """, Map.of())))
                .singleElement()
                .asString()
                .startsWith("re_anchor.sources[1].base_url (environment: RE_ANCHOR_SOURCES_1_BASE_URL) is not set");
    }

    @ParameterizedTest
    @CsvSource({
        "re_anchor.checks.complete.severity, WARN, COMPLETE has severity WARN",
        "re_anchor.checks.not_shrunken.threshold, 2, NOT_SHRUNKEN has threshold 2.0: allowed is 0.0 to 1.0",
    })
    void checksKnowTheirOwnLimits(String name, String value, String message) {
        assertThat(SettingsCheck.problems(Environments.packaged(name + ": " + value, Map.of())))
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    void everyCheckIsConfigurableByYamlAndVariable() {
        for (Check check : Checks.ALL) {
            String variable = "RE_ANCHOR_CHECKS_" + check.name();
            var variables = new HashMap<>(Map.of(variable + "_SEVERITY", "block"));
            if (check.threshold().adjustable()) {
                variables.put(
                        variable + "_THRESHOLD",
                        String.valueOf(check.threshold().max()));
            }
            assertThat(SettingsCheck.problems(Environments.packaged("", variables)))
                    .as(check.name())
                    .isEmpty();
        }
        assertThat(Settings.ALL.stream()
                        .filter(s -> s.name().startsWith("re_anchor.checks.")
                                && s.name().endsWith(".severity")))
                .hasSameSizeAs(Checks.ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "redis://host, redis://host:6379",
        "redis://host/3, redis://host:6379/3",
        "redis://:p%40ss@host, redis://:p%40ss@host:6379",
        "redis://user:pass@[::1]:7000/0, redis://user:pass@[::1]:7000/0",
    })
    void redisIsAskedAtItsUsualPortUnlessOneIsGiven(String uri, String address) {
        var environment = Environments.packaged("", Map.of("REDIS_URI", uri));

        assertThat(SettingsCheck.problems(environment)).isEmpty();
        assertThat(redis(environment).address()).hasToString(address);
    }

    @Test
    void userPasswordAndTlsAreGivenApartFromTheUri() {
        var environment = Environments.packaged(
                "",
                Map.of(
                        "REDIS_URI", "rediss://host/3",
                        "REDIS_USER", "reanchor",
                        "REDIS_PASSWORD", "p@ss:word/?#",
                        "REDIS_TLS_VERIFY_HOST_NAME", "false"));

        assertThat(SettingsCheck.problems(environment)).isEmpty();
        RedisTopology.Standalone server =
                (RedisTopology.Standalone) redis(environment).settings().topology();
        assertThat(server.node()).hasToString("host:6379");
        assertThat(server.database()).isEqualTo(3);
        assertThat(server.login().user()).isEqualTo("reanchor");
        assertThat(server.login().password()).isEqualTo("p@ss:word/?#");
        assertThat(server.login().tls()).hasToString("TLS to a server of any name");
        assertThat(redis(environment).toString()).doesNotContain("p@ss");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://:a@host, REDIS_PASSWORD, b, keep one of the two",
        "redis://host, REDIS_USER, b, set both",
        "redis://host, REDIS_TLS_CA_FILE, ca.pem, begin it with rediss://",
        "redis://host, REDIS_TLS_VERIFY_HOST_NAME, false, begin it with rediss://",
        "rediss://host, REDIS_TLS_CA_FILE, /no/such.pem, tls.ca_file is \"/no/such.pem\"",
        "rediss://host, REDIS_TLS_KEY_FILE, -----BEGIN planted, tls.key_file holds a PEM text",
    })
    void securityThatContradictsItselfIsRefused(String uri, String variable, String value, String message) {
        assertThat(SettingsCheck.problems(Environments.packaged("", Map.of("REDIS_URI", uri, variable, value))))
                .singleElement()
                .asString()
                .contains(message)
                .doesNotContain("planted");
    }

    @Test
    void sentinelsSpeakTlsAsTheServersDoUnlessToldOtherwise() {
        var variables = new HashMap<>(
                Map.of("REDIS_URI", "rediss://host", "REDIS_SENTINEL_MASTER", "m", "REDIS_SENTINEL_NODES", "a:26379"));
        assertThat(sentinels(variables).sentinelLogin().tls()).isNotNull();
        variables.put("REDIS_SENTINEL_TLS", "false");
        assertThat(sentinels(variables).sentinelLogin().tls()).isNull();
        assertThat(sentinels(variables).login().tls()).isNotNull();
        variables.put("REDIS_URI", "redis://host");
        variables.put("REDIS_SENTINEL_TLS", "true");
        assertThat(sentinels(variables).sentinelLogin().tls()).isNotNull();
        assertThat(sentinels(variables).login().tls()).isNull();
    }

    private static RedisTopology.Sentinel sentinels(Map<String, String> variables) {
        var environment = Environments.packaged("", variables);
        assertThat(SettingsCheck.problems(environment)).isEmpty();
        return (RedisTopology.Sentinel) redis(environment).settings().topology();
    }

    @Test
    void passwordsAreNotShown() {
        var redis = redis(Environments.packaged("redis.uri: redis://user:secret@host:6379/0", Map.of()));

        assertThat(redis.toString()).contains("redis://***@host:6379/0").doesNotContain("secret");
    }

    private static ReanchorProperties reanchor(ConfigurableEnvironment environment) {
        return Binder.get(environment)
                .bind("re-anchor", ReanchorProperties.class)
                .get();
    }

    private static RedisProperties redis(ConfigurableEnvironment environment) {
        return Binder.get(environment).bindOrCreate("redis", RedisProperties.class);
    }
}
