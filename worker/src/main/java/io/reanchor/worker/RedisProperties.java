package io.reanchor.worker;

import static java.util.Objects.requireNonNullElse;

import io.reanchor.client.PemFile;
import io.reanchor.kit.JsonKeys;
import io.reanchor.kit.Keyspace;
import io.reanchor.redis.RedisLogin;
import io.reanchor.redis.RedisSettings;
import io.reanchor.redis.RedisTls;
import io.reanchor.redis.RedisTopology;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;

/**
 * {@code redis.*}: where the live state is.
 *
 * @param uri the server, with user and password when it wants them; with {@code clusterMode} the first node to ask; with
 *     {@code sentinel} only its user, password and database
 * @param user instead of the URI's
 * @param password instead of the URI's
 * @param tls certificates, when the URI says {@code rediss}
 * @param clusterMode whether it is a Redis Cluster
 * @param clusterNodes more nodes to ask for the others
 * @param operationTimeoutMs limit of each Redis operation: connecting, reading, and waiting for a pooled connection, each
 * @param poolSize connections at once, to each primary
 * @param cutover what a cut-over waits for
 * @param sentinel the Sentinels, when they name the primary
 * @param keys names of a symbol's keys, with {@code <symbol>} where the symbol goes
 */
@Validated
@ConfigurationProperties("redis")
record RedisProperties(
        @Allowed("redis://[[user]:password@]host[:port][/database], or rediss://… for TLS")
        @NotNull
        @DefaultValue("redis://127.0.0.1:6379/0")
        @ServerUri(
                schemes = {"redis", "rediss"},
                path = "(/[0-9]{0,3})?",
                credentials = true)
        String uri,

        @Allowed(WORD) @Nullable @Pattern(regexp = A_WORD) String user,

        @Allowed(WORD) @Nullable @Pattern(regexp = A_WORD) String password,

        @Valid @DefaultValue Tls tls,
        @DefaultValue("false") boolean clusterMode,

        @Allowed(NODES) @Nullable @Pattern(regexp = HOSTS_AND_PORTS)
        String clusterNodes,

        @DefaultValue("100") @Min(1) @Max(60_000) int operationTimeoutMs,
        @DefaultValue("16") @Min(2) @Max(1000) int poolSize,
        @Valid @DefaultValue Cutover cutover,
        @Valid @DefaultValue Sentinel sentinel,
        @Valid @DefaultValue Keys keys) {

    private static final String NODES = "host:port, or several with commas between";
    private static final String HOSTS_AND_PORTS = "[A-Za-z0-9._-]+:[0-9]{1,5}(,[A-Za-z0-9._-]+:[0-9]{1,5})*";
    private static final String PEM_FILE = "the path of a PEM file";
    private static final String A_PATH = "\\P{Cntrl}{1,4096}";
    private static final String WORD = "1 to 256 printable ASCII characters, no space";
    private static final String A_WORD = "[!-~]{1,256}";

    /** The least; the names' own class knows the rest. */
    private static final String HAS_SYMBOL = "[!-~]*<symbol>[!-~]*";

    private static final String TEMPLATE =
            "printable ASCII with <symbol> in it once, next to no letter or digit of a symbol, as in"
                    + " ob:<symbol>; no two templates may name the same key; in a cluster all with one hash tag, as in ob:{<symbol>}";

    /**
     * PEM files.
     *
     * @param caFile who signs the servers' certificates
     * @param certificateFile the service's own certificate
     * @param keyFile its private key
     * @param verifyHostName whether a server's certificate must bear the name it is connected to by
     */
    record Tls(
            @Allowed(PEM_FILE) @Nullable @Pattern(regexp = A_PATH)
            String caFile,

            @Allowed(PEM_FILE) @Nullable @Pattern(regexp = A_PATH)
            String certificateFile,

            @Allowed(PEM_FILE + ", PKCS#8") @Nullable @Pattern(regexp = A_PATH)
            String keyFile,

            @DefaultValue("true") boolean verifyHostName) {

        private boolean isSet() {
            return caFile != null || certificateFile != null || keyFile != null || !verifyHostName;
        }

        private RedisTls read() {
            return RedisTls.of(
                    pem("tls.ca_file", caFile),
                    pem("tls.certificate_file", certificateFile),
                    pem("tls.key_file", keyFile),
                    verifyHostName);
        }

        private static @Nullable String pem(String setting, @Nullable String path) {
            return path == null ? null : PemFile.read(setting, path);
        }
    }

    /**
     * @param waitReplicas how many replicas shall have a cut-over, or its undo, before it is answered; fewer are told, not repaired
     * @param waitTimeoutMs how long they may take; a limit of its own, beside {@code redis.operation_timeout_ms}
     */
    record Cutover(
            @DefaultValue("0") @Min(0) @Max(100) int waitReplicas,
            @DefaultValue("1000") @Min(1) @Max(5_000) int waitTimeoutMs) {}

    /**
     * @param master the name under which they watch the primary
     * @param nodes the Sentinels
     * @param user for the Sentinels
     * @param password for the Sentinels
     * @param tls whether they speak TLS, with the same certificates; unset: when the URI says {@code rediss}
     */
    record Sentinel(
            @Allowed(WORD) @Nullable @Pattern(regexp = A_WORD)
            String master,

            @Allowed(NODES) @Nullable @Pattern(regexp = HOSTS_AND_PORTS)
            String nodes,

            @Allowed(WORD) @Nullable @Pattern(regexp = A_WORD)
            String user,

            @Allowed(WORD) @Nullable @Pattern(regexp = A_WORD)
            String password,

            @Allowed("true or false") @Nullable Boolean tls) {

        private boolean isSet() {
            return master != null || nodes != null || user != null || password != null || tls != null;
        }

        @Override
        public String toString() {
            return "Sentinel[master=%s, nodes=%s, user=%s, password=%s, tls=%s]"
                    .formatted(master, nodes, user, password == null ? "none" : "***", tls);
        }
    }

    /**
     * What isn't set is as the topology has it: in a cluster the names carry a hash tag.
     *
     * @param book hash of the order book
     * @param bars1s hash of the one-second bars
     * @param bars5s hash of the five-second bars
     * @param features hash of the features
     * @param meta hash of the last cut-over's receipt
     * @param flag string: "recovery in progress"
     * @param diffs stream: the journal of depth updates
     * @param trades stream: the journal of trades
     * @param json strings with the same state in JSON
     */
    record Keys(
            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String book,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String bars1s,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String bars5s,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String features,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String meta,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String flag,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String diffs,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String trades,

            @Valid @DefaultValue Json json) {

        private Keyspace over(Keyspace names) {
            return new Keyspace(
                    requireNonNullElse(book, names.book()),
                    requireNonNullElse(bars1s, names.bars1s()),
                    requireNonNullElse(bars5s, names.bars5s()),
                    requireNonNullElse(features, names.features()),
                    requireNonNullElse(meta, names.meta()),
                    requireNonNullElse(flag, names.flag()),
                    requireNonNullElse(diffs, names.diffs()),
                    requireNonNullElse(trades, names.trades()),
                    new JsonKeys(json.book, json.bars1s, json.bars5s, json.features, json.bars));
        }
    }

    /**
     * Strings that hold the same state in JSON, for readers that want one; a string that isn't named isn't kept. Whoever writes live keys must have
     * the same names.
     *
     * @param book of the order book
     * @param bars1s of the newest one-second bars
     * @param bars5s of the newest five-second bars
     * @param features of the features
     * @param bars of how many intervals a string holds the bars, the newest
     */
    record Json(
            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String book,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String bars1s,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String bars5s,

            @Allowed(TEMPLATE) @Nullable @Pattern(regexp = HAS_SYMBOL)
            String features,

            @DefaultValue("500") @Min(1) @Max(10_000) int bars) {}

    /** @throws IllegalArgumentException for settings that contradict each other, or key templates that can't be */
    RedisSettings settings() {
        RedisSettings settings = RedisSettings.of(topology())
                .withOperationTimeout(Duration.ofMillis(operationTimeoutMs))
                .withConnections(poolSize)
                .withReplicas(
                        new RedisSettings.Replicas(cutover.waitReplicas(), Duration.ofMillis(cutover.waitTimeoutMs())));
        try {
            return settings.withKeyspace(keys.over(settings.keyspace()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("keys: " + e.getMessage(), e);
        }
    }

    private RedisTopology topology() {
        RedisTopology.Standalone named = (RedisTopology.Standalone) RedisTopology.of(address());
        RedisTls certificates = certificates();
        RedisTopology.Standalone one =
                new RedisTopology.Standalone(named.node(), login(named.login(), certificates), named.database());
        if (clusterMode) {
            refuse(
                    sentinel.isSet(),
                    "cluster_mode is true and sentinel.* is set: a Redis Cluster has no Sentinels; set one of the two");
            refuse(
                    one.database() != 0,
                    "cluster_mode is true and uri names database %d: a Redis Cluster has only database 0"
                            .formatted(one.database()));
            List<HostAndPort> seeds = new ArrayList<>(List.of(one.node()));
            seeds.addAll(nodes("cluster_nodes", clusterNodes));
            return new RedisTopology.Cluster(seeds, one.login());
        }
        refuse(
                clusterNodes != null,
                "cluster_nodes is set and cluster_mode isn't true: set cluster_mode: true for a Redis Cluster, or leave cluster_nodes away");
        if (!sentinel.isSet()) {
            return one;
        }
        if (sentinel.master == null || sentinel.nodes == null) {
            throw new IllegalArgumentException(
                    "sentinel needs both: master, the name under which the Sentinels watch the primary, and nodes, where they are");
        }
        boolean encrypted = sentinel.tls == null ? isEncrypted() : sentinel.tls;
        RedisLogin login = new RedisLogin(sentinel.user, sentinel.password, encrypted ? certificates : null);
        return new RedisTopology.Sentinel(
                sentinel.master, nodes("sentinel.nodes", sentinel.nodes), login, one.login(), one.database());
    }

    private boolean isEncrypted() {
        return uri.startsWith("rediss:");
    }

    /** Null where nothing is encrypted. */
    private @Nullable RedisTls certificates() {
        boolean needed = isEncrypted() || Boolean.TRUE.equals(sentinel.tls);
        refuse(
                tls.isSet() && !needed,
                "tls.* is set and uri begins with redis:// (plain text): begin it with rediss://, or leave tls.* away");
        return needed ? tls.read() : null;
    }

    private RedisLogin login(RedisLogin named, @Nullable RedisTls certificates) {
        refuse(
                (user != null || password != null) && (named.user() != null || named.password() != null),
                "uri has a user or a password, and user or password is set too: keep one of the two");
        refuse(user != null && password == null, "user is set without password: set both, or only password");
        return new RedisLogin(
                user == null ? named.user() : user,
                password == null ? named.password() : password,
                isEncrypted() ? certificates : null);
    }

    private static void refuse(boolean contradiction, String why) {
        if (contradiction) {
            throw new IllegalArgumentException(why);
        }
    }

    private static List<HostAndPort> nodes(String setting, @Nullable String text) {
        if (text == null) {
            return List.of();
        }
        List<HostAndPort> nodes =
                Stream.of(text.split(",")).map(HostAndPort::from).toList();
        for (HostAndPort node : nodes) {
            refuse(
                    node.getPort() < 1 || node.getPort() > 65_535,
                    "%s names port %d: expected 1..65535".formatted(setting, node.getPort()));
        }
        return nodes;
    }

    /** Always with a port. */
    URI address() {
        URI address = URI.create(uri);
        if (address.getPort() >= 0) {
            return address;
        }
        String user = address.getRawUserInfo();
        return URI.create("%s://%s%s:%d%s"
                .formatted(
                        address.getScheme(),
                        user == null ? "" : user + '@',
                        address.getHost(),
                        Protocol.DEFAULT_PORT,
                        address.getRawPath()));
    }

    /** Which setting says where Redis is. */
    String namedBy() {
        return sentinel.isSet()
                ? "redis.sentinel.nodes (REDIS_SENTINEL_NODES)"
                : clusterMode
                        ? "redis.uri and redis.cluster_nodes (REDIS_URI, REDIS_CLUSTER_NODES)"
                        : "redis.uri (REDIS_URI)";
    }

    @Override
    public String toString() {
        return "RedisProperties[uri=%s, user=%s, password=%s, tls=%s, clusterMode=%s, clusterNodes=%s, operationTimeoutMs=%d, poolSize=%d, cutover=%s, sentinel=%s, keys=%s]"
                .formatted(
                        Secrets.mask(uri),
                        user,
                        password == null ? "none" : "***",
                        tls,
                        clusterMode,
                        clusterNodes,
                        operationTimeoutMs,
                        poolSize,
                        cutover,
                        sentinel,
                        keys);
    }
}
